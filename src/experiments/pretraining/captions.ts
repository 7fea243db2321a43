/** Captions of images, made from the names of their domain and class by templates. Pure. */
import type { Tokenizer } from '../../model/tokenizer/tokenizer.js'
import { spokenName } from '../adaptation/class-prompts.js'

/** Templates that name the domain, and templates that do not. `{}` is the class, `{domain}` the domain. */
export const captionTemplates = {
  withDomain: [
    'a {domain} of a {}.',
    'a {domain} of the {}.',
    'a {domain} showing a {}.',
    '{} in the style of a {domain}.',
    'the {domain} of a {}.',
  ],
  withoutDomain: ['a picture of a {}.', 'an image of a {}.', 'a {}.', '{}.', 'a photo of a {}.'],
} as const

/** A template with its names filled in. */
export const caption = (template: string, className: string, domain: string): string =>
  template.replaceAll(/\{(?:domain)?\}/g, (place) => spokenName(place === '{}' ? className : domain))

/** Captions of every pair of a domain and a class, domain by domain: image (d, k) belongs to caption d·K + k. */
export const domainCaptions = (
  template: string,
  domains: readonly string[],
  classes: readonly string[],
): readonly string[] => domains.flatMap((domain) => classes.map((name) => caption(template, name, domain)))

/** Captions of every class. */
export const classCaptions = (template: string, classes: readonly string[]): readonly string[] =>
  classes.map((name) => caption(template, name, ''))

/** Ids of all tokens in these captions, start and end included, ascending. */
export const captionTokens = (
  { vocabulary, encode }: Tokenizer,
  domains: readonly string[],
  classes: readonly string[],
): readonly number[] => {
  const captions = [
    ...captionTemplates.withDomain.flatMap((template) => domainCaptions(template, domains, classes)),
    ...captionTemplates.withoutDomain.flatMap((template) => classCaptions(template, classes)),
  ]
  const tokens = new Set([
    vocabulary.startOfText,
    ...captions.flatMap((text) => encode(text)),
    vocabulary.endOfText,
  ])
  return [...tokens].toSorted((a, b) => a - b)
}
