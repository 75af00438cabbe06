import { expect } from 'vitest';
import { node, productOf, type Product } from './product.js';

/** A way of starting an image, from whichever file. */
export interface Start {
  image: string;
  variables: string[];
  /** ports of the container */
  ports: string[];
  /** folders of the container */
  mounts: { target: string; readOnly: boolean }[];
}

/** Holds a start against what its image knows; a node must not be able to write to a library. */
export function expectToFit(start: Start): Product {
  const { dockerfile, variables, name } = productOf(start.image);
  for (const variable of start.variables) expect(variables, `${name} reads ${variable}`).toContain(variable);
  for (const port of start.ports) expect(dockerfile.ports, `${name} listens on ${port}`).toContain(port);
  for (const volume of dockerfile.volumes) {
    expect(start.mounts, `${volume} of ${name} is kept`).toContainEqual({ target: volume, readOnly: false });
  }
  const others = start.mounts.filter(
    ({ target }) => !dockerfile.volumes.includes(target) && target !== '/tmp',
  );
  expect(others).toEqual([{ target: '/media', readOnly: name === node.name }]);
  return productOf(start.image);
}
