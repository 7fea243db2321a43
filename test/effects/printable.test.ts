import { describe, expect, it } from 'vitest'
import { printable } from '../../src/effects/printable.js'

describe('printable text', () => {
  it('keeps letters of all scripts, and writes what a terminal would act on by its number', () => {
    expect(printable('Büro 漢字 עברית 🙂')).toBe('Büro 漢字 עברית 🙂')
    expect(printable('a\u001B[31mb\r\nc\u0007')).toBe('a\\u{1b}[31mb\\u{d}\\u{a}c\\u{7}')
    expect(printable('safe\u202Egnp.exe')).toBe('safe\\u{202e}gnp.exe')
    expect(printable('\u009B2J\u2028')).toBe('\\u{9b}2J\\u{2028}')
  })

  it('is cut after 200 characters, between two of them', () => {
    expect(printable('x'.repeat(200))).toBe('x'.repeat(200))
    expect(printable('x'.repeat(100_000))).toBe(`${'x'.repeat(200)}…`)
    expect(printable('🙂'.repeat(201))).toBe(`${'🙂'.repeat(200)}…`)
  })
})
