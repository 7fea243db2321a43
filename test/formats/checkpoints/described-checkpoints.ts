/** The small CLIP in a folder `clip` with configurations next to it, in memory. */
import type * as E from 'fp-ts/lib/Either.js'
import type { ClipCheckpoint } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import type { ClipOptions } from '../../../src/formats/checkpoints/completed-clip.js'
import type { Failure } from '../../../src/effects/failure.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import type { NamingConvention } from '../../../src/model/index.js'
import { expectLeft } from '../../expect-either.js'
import type { Files } from './small-checkpoints.js'
import {
  fileOf,
  jsonFile,
  smallConfiguration,
  smallOpenClip,
  smallUnder,
  worldOf,
} from './small-checkpoints.js'

/** The small CLIP in a folder, with these configurations next to it. */
export const withFiles = (
  configurations: Readonly<Record<string, unknown>>,
  convention: NamingConvention = 'openai',
): Files => ({
  'clip/model.safetensors': fileOf(smallUnder(convention)),
  ...Object.fromEntries(
    Object.entries(configurations).map(([name, content]) => [`clip/${name}`, jsonFile(content)]),
  ),
})

export const readFiles = (
  files: Files,
  options: ClipOptions = {},
): Promise<E.Either<Failure, ClipCheckpoint>> =>
  interpret(readClip('clip', options))(worldOf(files).runtime)()

export const complaintOf = async (files: Files, options: ClipOptions = {}): Promise<string> =>
  explain(expectLeft(await readFiles(files, options)))

/** A configuration of transformers that differs from the small CLIP's in these fields. */
export const huggingFace = (text: object, vision: object = {}) => ({
  'config.json': {
    text_config: { ...smallConfiguration.text_config, ...text },
    vision_config: { ...smallConfiguration.vision_config, ...vision },
  },
})

/** A configuration of open_clip that differs from the small CLIP's in these fields. */
export const openClip = (model: object, { text = {}, vision = {} } = {}, others: object = {}) => ({
  'open_clip_config.json': {
    model_cfg: {
      ...model,
      vision_cfg: { ...smallOpenClip.vision_cfg, ...vision },
      text_cfg: { ...smallOpenClip.text_cfg, ...text },
    },
    ...others,
  },
})
