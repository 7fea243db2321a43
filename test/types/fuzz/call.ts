/** A call of the typed surface as data: how it is written, and what a small change can get hold of. */
import type * as fc from 'fast-check'
import type { Dim, DType } from '../../../src/dsl/index.js'

export type Argument =
  | { readonly tag: 'Tensor'; readonly shape: readonly Dim[]; readonly dtype: DType }
  /** A dim as a literal. */
  | { readonly tag: 'Dim'; readonly dim: Dim }
  /** A dim as a handle. */
  | { readonly tag: 'Handle'; readonly dim: Dim }
  /** An axis, an index, a count of parts, a stride. */
  | { readonly tag: 'Number'; readonly value: number }
  /** Named axes: `'b h q d -> b q h d'`. */
  | { readonly tag: 'Spec'; readonly text: string }
  | { readonly tag: 'List'; readonly items: readonly Argument[] }
  /** A list whose items change, but not their number: the arguments of a function. */
  | { readonly tag: 'Tuple'; readonly items: readonly Argument[] }
  | { readonly tag: 'Record'; readonly entries: Readonly<Record<string, Argument>> }
  /** Sizes of named axes: a record that may lack a name or have one too many. */
  | { readonly tag: 'Sizes'; readonly sizes: Readonly<Record<string, Dim>> }
  /** What another call gives. */
  | { readonly tag: 'Result'; readonly of: Call }
  /** Text that no change touches. */
  | { readonly tag: 'Fixed'; readonly text: string }

/** A call of one function. `read` takes the tensor out of the result, where that is more than one. */
export interface Call {
  readonly operation: string
  readonly given: readonly Argument[]
  readonly read: string
}

/** Calls that are right by construction, under the name of what they try. */
export type RightCalls = Readonly<Record<string, fc.Arbitrary<Call>>>

export const tensor = (shape: readonly Dim[], dtype: DType = 'f32'): Argument => ({
  tag: 'Tensor',
  shape,
  dtype,
})
export const dim = (size: Dim): Argument => ({ tag: 'Dim', dim: size })
export const handle = (size: Dim): Argument => ({ tag: 'Handle', dim: size })
export const number = (value: number): Argument => ({ tag: 'Number', value })
export const spec = (text: string): Argument => ({ tag: 'Spec', text })
export const list = (items: readonly Argument[]): Argument => ({ tag: 'List', items })
export const tuple = (items: readonly Argument[]): Argument => ({ tag: 'Tuple', items })
export const dims = (shape: readonly Dim[]): Argument => list(shape.map(dim))
export const numbers = (values: readonly number[]): Argument => list(values.map(number))
export const record = (entries: Readonly<Record<string, Argument>>): Argument => ({ tag: 'Record', entries })
export const sizesOf = (sizes: Readonly<Record<string, Dim>>): Argument => ({ tag: 'Sizes', sizes })
export const result = (of: Call): Argument => ({ tag: 'Result', of })
export const fixed = (text: string): Argument => ({ tag: 'Fixed', text })

export const call = (operation: string, ...given: readonly Argument[]): Call => ({
  operation,
  given,
  read: '',
})

const literal = (value: Dim): string => (typeof value === 'number' ? String(value) : `'${value}'`)

/** How an argument is written. Tensors are inputs, named after their place in the call. */
export const argumentText = (argument: Argument, place = 'x'): string => {
  switch (argument.tag) {
    case 'Tensor': {
      const dtype = argument.dtype === 'f32' ? '' : `, '${argument.dtype}'`
      return `input('${place}', [${argument.shape.map(literal).join(', ')}]${dtype})`
    }
    case 'Dim':
      return literal(argument.dim)
    case 'Handle':
      return `dim(${literal(argument.dim)})`
    case 'Number':
      return String(argument.value)
    case 'Spec':
      return `'${argument.text}'`
    case 'List':
    case 'Tuple':
      return `[${argument.items.map((item, i) => argumentText(item, `${place}_${i}`)).join(', ')}]`
    case 'Record':
      return `{ ${Object.entries(argument.entries)
        .map(([name, entry]) => `${name}: ${argumentText(entry, `${place}_${name}`)}`)
        .join(', ')} }`
    case 'Sizes':
      return `{ ${Object.entries(argument.sizes)
        .map(([name, size]) => `${name}: ${literal(size)}`)
        .join(', ')} }`
    case 'Result':
      return written(argument.of, place)
    case 'Fixed':
      return argument.text
  }
}

const written = ({ operation, given, read }: Call, place: string): string =>
  `${operation}(${given.map((argument, i) => argumentText(argument, `${place}${i}`)).join(', ')})${read}`

/** The call as a user writes it, on one line. */
export const textOf = (of: Call): string => written(of, 'x')
