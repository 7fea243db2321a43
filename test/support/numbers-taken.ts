/** The numbers that public functions take, as the compiler finds them. */
import ts from 'typescript6'
import { inMemoryCompiler, root } from './in-memory-compiler.js'

/** Numbers that are no settings, by the functions that take them, with what becomes of NaN there. */
export const exempt: readonly (readonly [reason: string, names: readonly (string | RegExp)[]])[] = [
  [
    'an operand: any number of float32 may be meant, as in a tensor',
    [
      /^dsl\.(add|sub|mul|div|mod|pow|maximum|minimum|equal|notEqual|less|lessEqual|greater|greaterEqual|where)\([ab]\)$/,
      'dsl.full(value)',
      'dsl.scalar(value)',
      'dsl.pad({ value })',
    ],
  ],
  [
    'a size, an axis or a bound of shapes: the types and the shape rules refuse it',
    [
      /\{ (dim|length|id) \}\)$/,
      /^dsl\.conv2dTo/,
      'dsl.avgPool2dTo(size)',
      'dsl.whileLoop({ bound })',
      'dsl.reduced(axes)',
      'dsl.sized(size)',
      'dsl.withDim(size)',
      'dsl.evaluateDim(dim)',
      'model.templateContext(words)',
    ],
  ],
  [
    'one of a few numbers, which its type lists',
    ['dsl.norm({ order })', 'losses.multiMarginLoss({ power })'],
  ],
  [
    'how a picture is drawn, or how operations are weighed',
    ['dsl.toDot({ depth })', /^dsl\.floatingPointOperations/],
  ],
  [
    'a size of an architecture, which its checkpoint gives: the layers that are built from it refuse it',
    [
      /^model\..*\{ (vision|text|embedDim|imageResolution|contextLength|vocabSize).*\}\)$/,
      /^model\.(transformer\(layers\)|resNetOutputWidth|headsOf)/,
      /^model\.(block|transformer)\(\{ epsilon \}\)$/,
    ],
  ],
  [
    'it makes values, not programs: where NaN is used as a weight, it is refused by the name of the tensor',
    [
      /^model\.(constant|linear|normal|norm|uniform)Initialiser/,
      'model.initialTemplateContext(words)',
      'model.initialClip({ positionScale })',
    ],
  ],
  [
    'a part of a message or of a file',
    [/^model\.explain/, /^model\.tokenizer/, 'training.saveCheckpoint({ step })'],
  ],
  ['a number of rows, steps or bytes that effects check when they run', [/^(training|data)\./]],
  [
    'the same setting of the transformation that it is made of',
    [/^optimizers\.(adagrad|adam|adamW|lion|muon|rmsProp|sgd)\(\{/],
  ],
  ['a part of the name of parameters', [/^model\.(gru|lstm)Layer\(\{ layer \}\)$/]],
]

const rooms = ['dsl', 'losses', 'optimizers', 'model', 'training', 'data'] as const

/** `room.function(argument)` and `room.function({ option })` of each public function that takes a number there. */
export const numbersTaken = (): readonly string[] => {
  const paths = rooms.map((room) => `${root}src/${room}/index.ts`)
  const program = inMemoryCompiler({})(new Map(), paths)
  const checker = program.getTypeChecker()
  const isNumber = (type: ts.Type): boolean =>
    (type.flags & ts.TypeFlags.NumberLike) !== 0 || (type.isUnion() && type.types.some(isNumber))
  const optionsOf = (type: ts.Type): readonly ts.Symbol[] =>
    (type.isUnion() ? type.types : [type]).flatMap((each) =>
      (each.flags & ts.TypeFlags.Object) === 0 ||
      checker.isArrayType(each) ||
      checker.isTupleType(each) ||
      each.getCallSignatures().length > 0
        ? []
        : each.getProperties(),
    )
  const within = (name: string, type: ts.Type, depth: number): readonly string[] =>
    type.getCallSignatures().flatMap((signature) => [
      ...signature.parameters.flatMap((argument) => {
        const taken = checker.getTypeOfSymbol(argument)
        return [
          ...(isNumber(taken) ? [`${name}(${argument.name})`] : []),
          ...optionsOf(taken)
            .filter((option) => isNumber(checker.getTypeOfSymbol(option)))
            .map((option) => `${name}({ ${option.name} })`),
        ]
      }),
      ...(depth > 0 ? within(name, signature.getReturnType(), depth - 1) : []),
    ])
  return rooms.flatMap((room, i) => {
    const file = program.getSourceFile(paths[i] ?? '')
    const module = file && checker.getSymbolAtLocation(file)
    return (module === undefined ? [] : checker.getExportsOfModule(module)).flatMap((exported) => {
      const symbol =
        (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported)
      return (symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Function)) === 0
        ? []
        : within(`${room}.${exported.name}`, checker.getTypeOfSymbol(symbol), 2)
    })
  })
}
