import path from 'node:path';

/** How dependency-cruiser finds `#contracts` and `#engine/`: as their sources, built or not. In webpack's words. */
export default {
  resolve: {
    alias: {
      '#contracts': path.resolve('contracts/src/index.ts'),
      '#engine': path.resolve('engine/src'),
    },
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
};
