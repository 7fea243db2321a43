/** How a run starts in a directory that may hold another one. */

/**
 * How a run starts in its directory:
 * - `new`: it begins, and the directory must be empty or missing;
 * - `resume`: it continues the run that is there, and there must be one;
 * - `resumeOrNew`: it continues the run that is there, or begins in an empty directory;
 * - `overwrite`: the files of a run that is there are removed, and it begins.
 */
export type RunStart = 'new' | 'resume' | 'resumeOrNew' | 'overwrite'

/** Whether a run that is in the directory is continued. */
export const resumes = (start: RunStart): boolean => start === 'resume' || start === 'resumeOrNew'
