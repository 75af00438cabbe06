import { expect } from 'vitest';

// Nest writes past the runner, which would otherwise show what a test logs only when that test has failed.
if (expect.getState().testPath?.includes('/server/') === true) {
  const { Logger } = await import('@nestjs/common');
  Logger.overrideLogger(false);
}
