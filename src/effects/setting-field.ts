/** Names of the settings that failures speak of, as configurations, plans and options of the library have them. */

export const settingFields = [
  'ablation',
  'activation',
  'batch',
  'batches',
  'cell',
  'classes',
  'clip',
  'convention',
  'data',
  'directory',
  'hub',
  'images',
  'layout',
  'memory',
  'method',
  'name',
  'output',
  'pairs',
  'resolution',
  'source',
  'start',
  'steps',
  'strict',
  'templates',
  'tensors',
  'textWidth',
  'values',
  'visionWidth',
  'warmUpEpochs',
] as const
type ListedField = (typeof settingFields)[number]

/** Settings of a method are named by their places in `run.json`: `settings.levels`, `settings.switches.selection`. */
export type MethodSettingField = `settings.${string}`

export type SettingField = ListedField | MethodSettingField

export const isMethodSetting = (field: SettingField): field is MethodSettingField =>
  field.startsWith('settings.')

/** A setting and a value for it, as advice: `layout` set to `folder`. */
export interface SuggestedSetting {
  readonly field: SettingField
  readonly value: string
  /** What it is for, as "to read the run back"; without it, it is another way out. */
  readonly purpose?: string
}
