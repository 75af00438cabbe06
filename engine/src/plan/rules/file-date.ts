import type { SourceRule } from '../plan.types.js';

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export const fileDate: SourceRule = {
  code: 'file_date',
  evaluate({ profile, file }) {
    const { modifiedAfter, modifiedBefore } = profile.act;
    if (file.modifiedAt === null || !Number.isFinite(file.modifiedAt)) return null;
    const changed = `The file was last changed on ${day(file.modifiedAt)}`;
    if (modifiedAfter !== undefined && file.modifiedAt < Date.parse(modifiedAfter))
      return { code: this.code, message: `${changed}, before the ${modifiedAfter} of the profile.` };
    if (modifiedBefore === undefined || file.modifiedAt < Date.parse(modifiedBefore)) return null;
    return { code: this.code, message: `${changed}, not before the ${modifiedBefore} of the profile.` };
  },
};
