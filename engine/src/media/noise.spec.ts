import { describe, expect, it } from 'vitest';
import { median, noiseOf, type LumaFrame } from './noise.js';

const [WIDTH, HEIGHT] = [320, 240];

/** The same numbers each time, evenly spread over 0..1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Nearly Gaussian, of standard deviation 1. */
function gaussian(next: () => number): number {
  let sum = 0;
  for (let count = 0; count < 12; count += 1) sum += next();
  return sum - 6;
}

function frame(paint: (x: number, y: number) => number, scale = 257): LumaFrame {
  const samples = new Uint16Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1)
    for (let x = 0; x < WIDTH; x += 1)
      samples[y * WIDTH + x] = Math.round(Math.min(255, Math.max(0, paint(x, y))) * scale);
  return { width: WIDTH, height: HEIGHT, samples, scale };
}

const sky = (x: number, y: number) => 90 + x / 8 + y / 10;
/** smooth above, dense detail below */
const landscape = (x: number, y: number) =>
  y < HEIGHT * 0.4 ? sky(x, y) : 120 + 60 * Math.sin(x * 1.3) * Math.cos(y);

function pair(paint: (x: number, y: number) => number, sigma: number, moved = 0, scale = 257) {
  const next = randomNumbers(7);
  const noisy = (shift: number) => frame((x, y) => paint(x + shift, y) + sigma * gaussian(next), scale);
  return [noisy(0), noisy(moved)] as const;
}

describe('noiseOf', () => {
  it.each([0, 0.5, 1, 2, 4, 8])('finds noise of %d, wherever it lies', (sigma) => {
    for (const scale of [1, 257]) {
      for (const paint of [sky, landscape]) {
        // Whole steps add a third of one by themselves.
        const found = noiseOf(...pair(paint, sigma, 0, scale)) ?? Number.NaN;
        expect(Math.abs(found - sigma)).toBeLessThan(0.1 * sigma + (scale === 1 ? 0.35 : 0.05));
      }
    }
  });

  it('takes neither detail nor movement for noise', () => {
    expect(noiseOf(...pair(landscape, 0))).toBeLessThan(0.1);
    expect(noiseOf(...pair(landscape, 0, 3))).toBeLessThan(0.1);
  });

  it('says nothing of black, of white, and of what is too small', () => {
    expect(noiseOf(...pair(() => 16, 1))).toBeNull();
    expect(noiseOf(...pair(() => 250, 1))).toBeNull();
    const tiny: LumaFrame = { width: 15, height: 15, samples: new Uint16Array(225), scale: 1 };
    expect(noiseOf(tiny, tiny)).toBeNull();
  });
});

it('takes the middle one', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([2, 1])).toBe(1);
  expect(median([])).toBeNull();
});
