/** What shows a finding again: its case alone, else the whole check that found it. */
import type { StoredFinding } from './finding-folder.js'

/**
 * The finding with what shows it again. `fails` runs a stored finding and says whether it is wrong again. A finding that neither
 * its case nor its check shows again happened once.
 */
export const shownAgain = async (
  {
    finding,
    of,
  }: { readonly finding: Omit<StoredFinding['finding'], 'replays'> } & Pick<StoredFinding, 'of'>,
  fails: (stored: StoredFinding) => Promise<boolean>,
): Promise<StoredFinding> => {
  const by = (replays: StoredFinding['finding']['replays']): StoredFinding => ({
    finding: { ...finding, replays },
    of,
  })
  if (of !== undefined && (await fails(by('case')))) return by('case')
  return (await fails(by('check'))) ? by('check') : by('nothing')
}
