/** Names of the settings that failures speak of, as configurations, plans and options of the library have them. */

export const settingFields = [
  'classes',
  'convention',
  'data',
  'directory',
  'layout',
  'levels',
  'memory',
  'name',
  'output',
  'pairs',
  'resolution',
  'resume',
  'selection',
  'source',
  'steps',
  'strict',
  'templates',
  'tensors',
  'textWidth',
  'visionWidth',
] as const
export type SettingField = (typeof settingFields)[number]

/** A setting and a value for it, as advice: `layout` set to `folder`. */
export interface SuggestedSetting {
  readonly field: SettingField
  readonly value: string
  /** What it is for, as "to read the run back"; without it, it is another way out. */
  readonly purpose?: string
}
