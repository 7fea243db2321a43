import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { checkChoices } from '../../src/cli/options/method-options.js'
import { addSettingOptions, givenSettings, withGiven } from '../../src/cli/options/setting-options.js'
import { explainForCommand } from '../../src/cli/explain-failure.js'
import type { AnyPreset, MethodName } from '../../src/methods/index.js'
import { definitionOf, methodNames, settingFieldsOf } from '../../src/methods/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

/** A command with the options of settings, silent, which throws instead of ending the process. */
const parsed = (...args: readonly string[]): object =>
  addSettingOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }))
    .parse(args, { from: 'user' })
    .opts()

const adClip = definitionOf('ad-clip').defaults.settings

describe('the options of settings', () => {
  it('are one for every field of any method, under its name', () => {
    const flags = addSettingOptions(new Command()).options.map(({ long }) => long)
    expect(flags).toEqual(
      expect.arrayContaining([
        ...['--switch', '--loss-weights', '--image-tokens', '--levels', '--style-hidden', '--mapping-hidden'],
        ...['--context-tokens', '--threshold', '--class-specific-context'],
      ]),
    )
    const fields = methodNames.flatMap(settingFieldsOf).map(({ field }) => field)
    expect(flags).toHaveLength(new Set(fields).size)
  })

  it('say in help which methods read them, what they are, and the default of each', () => {
    const help = addSettingOptions(new Command()).helpInformation().replaceAll(/\s+/g, ' ')
    expect(help).toContain('--image-tokens <value> AD-CLIP: image tokens in a prompt (L) (default: 4)')
    expect(help).toContain(
      'CoOp: learned vectors of the context (default: 16); DAPL: learned vectors of each of the two contexts (default: 16)',
    )
  })

  it('are numbers, words or assignments over the defaults, the last of several', () => {
    const options = parsed(
      ...['--image-tokens', '2', '--levels', 'all', '--levels', '3', '--switch', 'entropy=rows'],
      ...['--loss-weights', 'divergence=0', '--loss-weights', 'entropy=0.5', '--context-tokens', '5'],
      ...['--style-hidden', 'released', '--class-specific-context', 'true'],
    )
    expect(givenSettings(options)).toEqual({
      imageTokens: 2,
      levels: 3,
      switches: { entropy: 'rows' },
      lossWeights: { divergence: 0, entropy: 0.5 },
      contextTokens: 5,
      styleHidden: 'released',
      classSpecificContext: true,
    })
    expect(withGiven('ad-clip', adClip, options)).toEqual({
      ...adClip,
      imageTokens: 2,
      levels: 3,
      switches: { ...adClip.switches, entropy: 'rows' },
      lossWeights: { ...adClip.lossWeights, divergence: 0, entropy: 0.5 },
    })
  })

  it.each([
    [['--image-tokens', 'many'], 'it is "many", wanted a whole number from 1 to 1024'],
    [['--levels', '0'], 'it is 0, wanted a whole number from 1 to 1024'],
    [
      ['--style-hidden', 'wide'],
      'it is "wide", wanted a whole number from 1 to 65536; it is "wide", wanted "released"',
    ],
    [['--class-specific-context', 'yes'], 'it is "yes", wanted boolean'],
    [['--threshold', '1.5'], 'it is 1.5, wanted a number between 0 and 1'],
    [['--switch', 'entropy=columns'], 'entropy is "columns", wanted "rows" | "batchNormalized"'],
    [['--switch', 'size=large'], "'size' is none of mappingInput, entropy,"],
    [['--loss-weights', 'entropy=high'], 'entropy is "high", wanted a finite number that is not negative'],
  ])('refuse %s', (args, said) => {
    expect(() => parsed(...args)).toThrow(said)
  })
})

describe('options that no chosen method reads', () => {
  const refusal = (args: readonly string[], methods: readonly MethodName[], preset?: AnyPreset): string =>
    explainForCommand(new Command(), expectLeft(checkChoices(parsed(...args), methods, preset)))

  it('are refused, with those that the method reads', () => {
    expect(refusal(['--image-tokens', '2'], ['coop'])).toBe(
      '--image-tokens: coop does not read it\n  → coop reads --context-tokens, --class-specific-context',
    )
    expect(refusal(['--switch', 'entropy=rows'], ['zero-shot'])).toBe(
      '--switch: zero-shot does not read it\n  → leave it out: no option of a method is read',
    )
  })

  it('are refused by a table only where none of its methods reads them', () => {
    expectRight(checkChoices(parsed('--threshold', '0.5'), ['zero-shot', 'dapl']))
    expect(refusal(['--threshold', '0.5'], ['zero-shot', 'coop'])).toBe(
      '--threshold: none of zero-shot, coop reads it\n  → they read --context-tokens, --class-specific-context',
    )
  })

  it('are refused as presets of methods that have none', () => {
    expectRight(checkChoices({}, methodNames, 'robust'))
    expect(refusal([], ['coop'], 'robust')).toBe(
      '--preset: coop: no preset robust\n  → presets are those of ad-clip',
    )
  })
})
