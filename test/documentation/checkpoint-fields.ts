/** `docs/checkpoint-fields.md`: every field of the configurations that are read, and what is done with it. */
import type { FieldRule, FieldRules } from '../../src/formats/checkpoints/configuration-fields.js'
import {
  huggingFaceFields,
  textFields,
  tokenizerFields,
  transformersFields,
  visionFields,
} from '../../src/formats/checkpoints/hugging-face-configuration.js'
import {
  openClipFields,
  openClipModelFields,
  openClipPreprocessFields,
  openClipTextFields,
  openClipVisionFields,
} from '../../src/formats/checkpoints/open-clip-configuration.js'
import {
  preprocessorFields,
  processorFields,
} from '../../src/formats/checkpoints/preprocessor-configuration.js'

/** Fields that are not among others. */
const without = (rules: FieldRules, others: FieldRules): FieldRules =>
  Object.fromEntries(Object.entries(rules).filter(([name, rule]) => others[name] !== rule))

const places: readonly (readonly [place: string, rules: FieldRules])[] = [
  ['`config.json`', without(huggingFaceFields, transformersFields)],
  ['`config.json`, `text_config` and `text_config_dict`', without(textFields, transformersFields)],
  ['`config.json`, `vision_config` and `vision_config_dict`', without(visionFields, transformersFields)],
  ['`config.json`, at any place', transformersFields],
  ['`open_clip_config.json`', openClipFields],
  ['`open_clip_config.json`, `model_cfg`', openClipModelFields],
  ['`open_clip_config.json`, `vision_cfg`', openClipVisionFields],
  ['`open_clip_config.json`, `text_cfg`', openClipTextFields],
  ['`open_clip_config.json`, `preprocess_cfg`', openClipPreprocessFields],
  ['`preprocessor_config.json`', preprocessorFields],
  ['`processor_config.json`', processorFields],
  ['`tokenizer_config.json`, of which no other field is read', tokenizerFields],
]

const groupOf = (rule: FieldRule): string => {
  if (rule.tag === 'Used') return 'used, or compared with the tensors'
  if (rule.tag === 'Object') return 'objects, whose fields follow'
  if (rule.tag === 'NoEffect') return `without effect (it ${rule.why})`
  const values = rule.values.map((value) => `\`${JSON.stringify(value)}\``)
  return values.length === 0 ? 'refused if stated' : `refused unless ${values.join(' or ')}`
}

/** The fields of one place, those that are treated alike on one line. */
const linesOf = (rules: FieldRules): readonly string[] => {
  const groups = new Map<string, readonly string[]>()
  for (const [name, rule] of Object.entries(rules)) {
    const group = groupOf(rule)
    groups.set(group, [...(groups.get(group) ?? []), `\`${name}\``])
  }
  return [...groups].map(([group, names]) => `- ${group}: ${names.join(', ')}`)
}

/** The page. */
export const checkpointFieldsPage = (): string =>
  [
    '# Fields of configurations',
    '',
    'Every field of the configurations next to a checkpoint that this version knows, and what is done with it. A field that is',
    'not listed is refused by its name. One that is `null` is treated as if it were left out. More: [checkpoints](checkpoints.md).',
    '',
    'Made by `npm run docs:checkpoint-fields`.',
    ...places.flatMap(([place, rules]) => ['', `## ${place}`, '', ...linesOf(rules)]),
    '',
  ].join('\n')
