/** A picture's structure is compared in squares of this many pixels. */
const SQUARE = 8;
/** The usual constants for 8-bit luma, which keep flat squares from dividing by nothing. */
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Structural similarity of one square of two grey pictures, at most 1. */
function squareSsim(a: Uint8Array, b: Uint8Array, at: number, width: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let y = 0; y < SQUARE; y += 1) {
    const row = at + y * width;
    for (let x = row; x < row + SQUARE; x += 1) {
      const [p, q] = [a[x] ?? 0, b[x] ?? 0];
      sumA += p;
      sumB += q;
      squaresA += p * p;
      squaresB += q * q;
      products += p * q;
    }
  }
  const count = SQUARE * SQUARE;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const varianceA = squaresA / count - meanA * meanA;
  const varianceB = squaresB / count - meanB * meanB;
  const covariance = products / count - meanA * meanB;
  return (
    ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
    ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2))
  );
}

/** Structural similarity (SSIM) of two grey pictures of one size: 1 for the same. */
export function ssim(a: Uint8Array, b: Uint8Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 0; y + SQUARE <= height; y += SQUARE) {
    for (let x = 0; x + SQUARE <= width; x += SQUARE) {
      sum += squareSsim(a, b, y * width + x, width);
      squares += 1;
    }
  }
  return squares === 0 ? 1 : sum / squares;
}

/** Mean squared difference of two grey pictures, in squares of 8-bit steps. */
export function meanSquare(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    sum += difference * difference;
  }
  return a.length === 0 ? 0 : sum / a.length;
}
