/**
 * What is done with each field of a configuration. A configuration that says something that is not computed here must not
 * be read as if it did not say it: every field is in a table, and a field that is in none is refused by its name.
 */

import * as t from 'io-ts'
import { shown } from '../../dsl/documents/decode-problems.js'

/** The fields of one object of a configuration, and what is done with each. */
export type FieldRules = Readonly<Record<string, FieldRule>>

/**
 * - `Used`: decoded, and used or compared with the tensors.
 * - `NoEffect`: of no effect on features of images and texts, whatever its value; `why` completes "it".
 * - `Only`: one of these values, or left out; others are not computed here.
 * - `Object`: an object whose fields have rules of their own.
 *
 * A field that is null says no more than one that is left out.
 */
export type FieldRule =
  | { readonly tag: 'Used' }
  | { readonly tag: 'NoEffect'; readonly why: string }
  | { readonly tag: 'Only'; readonly values: readonly unknown[] }
  | { readonly tag: 'Object'; readonly fields: FieldRules }

export const used: FieldRule = { tag: 'Used' }
export const noEffect = (why: string): FieldRule => ({ tag: 'NoEffect', why })
export const only = (...values: readonly unknown[]): FieldRule => ({ tag: 'Only', values })
export const object = (fields: FieldRules): FieldRule => ({ tag: 'Object', fields })

/** The same rule for several fields. */
export const fields = (rule: FieldRule, ...names: readonly string[]): FieldRules =>
  Object.fromEntries(names.map((name) => [name, rule]))

/** A configuration without the fields that are null. */
export const withoutNulls = (value: unknown): unknown => {
  return t.UnknownRecord.is(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, inner]) =>
          inner === null ? [] : [[name, withoutNulls(inner)]],
        ),
      )
    : value
}

const problemsOfField = (rule: FieldRule, name: string, value: unknown): readonly string[] => {
  if (rule.tag === 'Object')
    return t.UnknownRecord.is(value) ? refusedFields(rule.fields, value, `${name}.`) : []
  if (rule.tag !== 'Only' || value === null) return []
  const allowed = rule.values.map((one) => JSON.stringify(one))
  if (allowed.includes(JSON.stringify(value))) return []
  return allowed.length === 0
    ? [`${name} is ${shown(value)}, which is not computed here`]
    : [`${name} is ${shown(value)}, and only ${allowed.join(' or ')} is computed here`]
}

/** All that is not computed here, and all fields that are in no table, as phrases; empty where everything is known. */
export const refusedFields = (
  rules: FieldRules,
  configuration: Readonly<Record<string, unknown>>,
  prefix = '',
): readonly string[] =>
  Object.entries(configuration).flatMap(([field, value]) => {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined
    const name = `${prefix}${field}`
    return rule === undefined
      ? [`${name} (${shown(value)}) is not known`]
      : problemsOfField(rule, name, value)
  })
