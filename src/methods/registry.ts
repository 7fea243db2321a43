/** The methods. A new one is a folder of its own and a line in `methods`; all else is derived from its definition. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { keysOf, literals } from '../dsl/documents/literals.js'
import type { ClipTowers } from '../model/index.js'
import { adClipDefinition } from './ad-clip/definition.js'
import { coCoOpDefinition } from './co-co-op/co-co-op.js'
import { coOpDefinition } from './co-op/co-op.js'
import { deepCoralDefinition } from './coral/coral.js'
import { dampDefinition } from './damp/damp.js'
import { dannDefinition } from './dann/dann.js'
import { daplDefinition } from './dapl/dapl.js'
import type { Chosen, Defaults, Method, Misfit, MethodSetting, TemplateFacts } from './definition.js'
import { alignedDefinition } from './aligned/aligned.js'
import { gatedTransClipDefinition } from './gated-transclip/gated-transclip.js'
import { linearProbeDefinition } from './linear-probe/linear-probe.js'
import { mmdDefinition } from './mmd/mmd.js'
import { pdaDefinition } from './pda/pda.js'
import { shotImDefinition } from './shot/shot.js'
import { statADefinition } from './stata/stata.js'
import { transClipDefinition } from './transclip/transclip.js'
import type { AdaptationMethod } from './transductive-method.js'
import { uniMosDefinition } from './unimos/unimos.js'
import { zeroShotDefinition } from './zero-shot/zero-shot.js'
import { zlapDefinition } from './zlap/zlap.js'

const inductive = {
  [adClipDefinition.name]: adClipDefinition,
  [coOpDefinition.name]: coOpDefinition,
  [coCoOpDefinition.name]: coCoOpDefinition,
  [daplDefinition.name]: daplDefinition,
  [zeroShotDefinition.name]: zeroShotDefinition,
  [linearProbeDefinition.name]: linearProbeDefinition,
  [dannDefinition.name]: dannDefinition,
  [mmdDefinition.name]: mmdDefinition,
  [deepCoralDefinition.name]: deepCoralDefinition,
  [shotImDefinition.name]: shotImDefinition,
  [uniMosDefinition.name]: uniMosDefinition,
  [dampDefinition.name]: dampDefinition,
  [pdaDefinition.name]: pdaDefinition,
}

const transductive = {
  [alignedDefinition.name]: alignedDefinition,
  [zlapDefinition.name]: zlapDefinition,
  [transClipDefinition.name]: transClipDefinition,
  [statADefinition.name]: statADefinition,
  [gatedTransClipDefinition.name]: gatedTransClipDefinition,
}

const methods = { ...inductive, ...transductive }

/** The methods that classify image by image. */
export type InductiveName = keyof typeof inductive
export const inductiveNames = keysOf(inductive)

/** The methods that classify all images of a target at once. */
export type TransductiveName = keyof typeof transductive
export const transductiveNames = keysOf(transductive)

/** Whether a method classifies all images of a target at once. */
export const isTransductive = (name: MethodName): name is TransductiveName =>
  Object.hasOwn(transductive, name)

export type MethodName = keyof typeof methods
export const methodNames = keysOf(methods)

type KindOf<M> = M extends { readonly on: (...of: never) => infer A extends AdaptationMethod } ? A : never
type SettingsOf<M> = M extends { readonly defaults: Defaults<infer S> } ? S : never
type PresetOf<M> = M extends { readonly presets: readonly { readonly name: infer P extends string }[] }
  ? P
  : never

/** The settings of each method. */
export type MethodSettings = { readonly [N in MethodName]: SettingsOf<(typeof methods)[N]> }

/** The names of each method's presets. */
export type MethodPreset = { readonly [N in MethodName]: PresetOf<(typeof methods)[N]> }

/** What each method is on a CLIP. */
export type MethodKind = { readonly [N in MethodName]: KindOf<(typeof methods)[N]> }

const definitions: {
  readonly [N in MethodName]: Method<N, MethodSettings[N], MethodPreset[N], MethodKind[N]>
} = methods

/**
 * The definition of a method.
 *
 * @example
 * definitionOf('coop').defaults.settings.contextTokens // 16
 */
export const definitionOf = <N extends MethodName>(
  name: N,
): Method<N, MethodSettings[N], MethodPreset[N], MethodKind[N]> => definitions[name]

/** The settings of a method, one by one. */
export const settingFieldsOf = (name: MethodName): readonly MethodSetting[] => definitions[name].fields

/** The name of a preset of any method. */
export type AnyPreset = MethodPreset[MethodName]

/** The names of the presets that any of these methods has, each once. */
export const presetsOf = (names: readonly MethodName[]): readonly AnyPreset[] => [
  ...new Set(names.flatMap((name) => definitions[name].presets.map((preset) => preset.name))),
]

/**
 * What of a method's preset was chosen by looking at labels of a target; `undefined` where nothing was.
 *
 * @example
 * chosenOnLabels('ad-clip', 'robust') // 'the loss weights and the alignment of preset robust were chosen by ...'
 */
export const chosenOnLabels = (method: string, preset: string | undefined): string | undefined =>
  methodNames
    .filter((name) => name === method)
    .flatMap((name) => definitions[name].presets.map((each) => ({ ...each })))
    .find(({ name }) => name === preset)?.chosenOnLabels

/** A method by name with its settings: of this method, or of any. */
export type ChosenMethod<N extends MethodName = MethodName> = {
  readonly [M in N]: Chosen<M, MethodSettings[M], MethodPreset[M]>
}[N]

/**
 * A method on a CLIP.
 *
 * @example
 * const settings = { contextTokens: 16, classSpecificContext: false }
 * const coOp = methodOn(openAiTowers(architecture), { method: 'coop', settings }, { templateTokens: 4 })
 * const { total } = coOp.loss(adaptationBatch)
 */
export const methodOn = <N extends MethodName>(
  towers: ClipTowers,
  { method, settings }: ChosenMethod<N>,
  template: TemplateFacts,
): MethodKind[N] => definitionOf(method).on(towers, settings, template)

/** A setting of the method that does not fit the CLIP, and why; `undefined` if all fit. */
export const misfitOf = <N extends MethodName>(
  { method, settings }: ChosenMethod<N>,
  towers: ClipTowers,
): Misfit | undefined => definitionOf(method).misfit(settings, towers)

/**
 * A configuration of a method whose settings are all known: those that are `released` have the values that were released for
 * this CLIP. Others stay as they are.
 *
 * @example
 * const { settings } = resolvedFor(methodConfiguration('ad-clip'), openAiTowers(publishedArchitectures['ViT-L/14']))
 * settings.styleHidden // 512
 */
export const resolvedFor = <N extends MethodName, A extends ChosenMethod<N>>(
  chosen: A & ChosenMethod<N>,
  towers: ClipTowers,
): A => ({ ...chosen, settings: definitionOf<N>(chosen.method).resolvedFor(chosen.settings, towers) })

/** Whether the method holds out images of the source, on which weights are selected. */
export const holdsOutImages = <N extends MethodName>({ method, settings }: ChosenMethod<N>): boolean =>
  definitionOf(method).holdsOut(settings)

/** Whether the method takes classes to be about equally frequent in a target. */
export const takesClassesAsEven = <N extends MethodName>({ method, settings }: ChosenMethod<N>): boolean =>
  definitionOf(method).takesClassesAsEven(settings)

const named = t.type({ method: literals(methodNames) })

/** The codec of a method with its settings: of the method that it names, by that method's own codec. */
export const chosenMethod: t.Type<ChosenMethod> = new t.Type(
  'a method and its settings',
  (value): value is ChosenMethod => named.is(value) && definitions[value.method].chosen.is(value),
  (value, context) =>
    pipe(
      named.validate(value, context),
      E.chain(({ method }): t.Validation<ChosenMethod> =>
        definitions[method].chosen.validate(value, context),
      ),
    ),
  t.identity,
)
