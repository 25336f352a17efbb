import { parseSync, Visitor, type ESTree, type VisitorObject } from 'rolldown/utils'

/** Something at a line of a file. */
export interface At {
  readonly name: string
  readonly line: number
}
export interface Import {
  readonly from: string
  readonly line: number
  readonly isType: boolean
}
export interface FunctionSpan {
  readonly line: number
  /** Lines with code: neither blank nor comment only. */
  readonly lines: number
}
export interface Declaration extends At {
  readonly isExported: boolean
  readonly hasDocstring: boolean
}
export interface ReExport extends At {
  /** The name in the file it comes from. */
  readonly original: string
  readonly from: string
}
export interface TestTitle {
  readonly title: string
  readonly line: number
  readonly kind: string
}
export interface Comment {
  readonly text: string
  readonly line: number
  readonly isBlock: boolean
}

/** What the rules need to know about one file of code, found in one pass over its syntax tree. */
export interface CodeFacts {
  readonly syntaxErrors: readonly string[]
  readonly imports: Import[]
  readonly functions: FunctionSpan[]
  readonly declarations: Declaration[]
  readonly reExports: ReExport[]
  /** Statements at the top level that are not re-exports. */
  readonly ownStatements: At[]
  /**
   * Names read as a value, but for property names: a global is among them. `new Date(instant)`, which converts and reads
   * no clock, is `Date()`.
   */
  readonly references: At[]
  /** `object.property` with a plain name on both sides. */
  readonly members: At[]
  /** Called names: `setTimeout`, `test.only`. */
  readonly calls: At[]
  /** Names this file gives to variables, functions, parameters, classes and types. */
  readonly given: At[]
  readonly casts: At[]
  readonly anys: At[]
  readonly nonNulls: At[]
  readonly defaultExports: At[]
  readonly forIns: At[]
  readonly titles: TestTitle[]
  readonly comments: Comment[]
  /** First string argument of `new Fault(...)` and `refuse(...)`, and the `is` or `code` of a refused object. */
  readonly codes: At[]
  /** String literals inside a type whose name ends in Refusal: bare, or of its `is` or `code`. */
  readonly refusalLiterals: At[]
  readonly strings: Set<string>
}

/** Reads one file. */
export function codeFacts(path: string, text: string): CodeFacts {
  const parsed = parseSync(path, text)
  const lineAt = lineCounter(text)
  const facts: CodeFacts = {
    ...emptyFacts(),
    syntaxErrors: parsed.errors.map(({ message }) => message),
    comments: parsed.comments.map(({ value, type, start }) => ({
      text: value,
      line: lineAt(start),
      isBlock: type === 'Block',
    })),
  }
  const docstringEnds = parsed.comments
    .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
    .map(({ end }) => end)
  const codeLines = linesWithCode(text, parsed.comments)
  const documented = new Set<number>()
  let previousEnd = -1
  for (const { start, end } of parsed.program.body) {
    // Declarations without a blank line between them are one group, which its first docstring explains.
    const isNext = previousEnd !== -1 && /^[^\n]*\n?[^\n]*$/.test(text.slice(previousEnd, start))
    const isTold = docstringEnds.some((at) => at <= start && text.slice(at, start).trim() === '')
    if (isTold || (isNext && documented.has(previousEnd))) documented.add(start).add(end)
    previousEnd = end
  }
  const hasDocstring = (start: number): boolean => documented.has(start)
  topLevel(parsed.program, facts, lineAt, hasDocstring)
  const length = (node: ESTree.Span): number => {
    const from = lineAt(node.start)
    return codeLines.slice(from - 1, lineAt(node.end)).filter(Boolean).length
  }
  new Visitor(visitors(facts, text, lineAt, length)).visit(parsed.program)
  return facts
}

function emptyFacts(): CodeFacts {
  return {
    syntaxErrors: [],
    imports: [],
    functions: [],
    declarations: [],
    reExports: [],
    ownStatements: [],
    references: [],
    members: [],
    calls: [],
    given: [],
    casts: [],
    anys: [],
    nonNulls: [],
    defaultExports: [],
    forIns: [],
    titles: [],
    comments: [],
    codes: [],
    refusalLiterals: [],
    strings: new Set(),
  }
}

type LineAt = (offset: number) => number
/** Lines with code between the start and the end of a node. */
type Length = (node: ESTree.Span) => number

function lineCounter(text: string): LineAt {
  const starts = [0]
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

function linesWithCode(text: string, comments: readonly ESTree.Span[]): boolean[] {
  let code = ''
  let from = 0
  for (const { start, end } of comments) {
    code += text.slice(from, start) + text.slice(start, end).replaceAll(/[^\n]/g, ' ')
    from = end
  }
  return (code + text.slice(from)).split('\n').map((line) => line.trim() !== '')
}

function topLevel(
  program: ESTree.Program,
  facts: CodeFacts,
  lineAt: LineAt,
  hasDocstring: (start: number) => boolean,
): void {
  for (const statement of program.body) {
    const line = lineAt(statement.start)
    if (statement.type === 'ExportNamedDeclaration' && statement.source !== null) {
      for (const { exported, local } of statement.specifiers) {
        const [name, original] = [nameOf(exported), nameOf(local)]
        facts.reExports.push({ name, original, from: statement.source.value, line })
      }
      continue
    }
    facts.ownStatements.push({ name: statement.type, line })
    if (statement.type === 'ExportAllDeclaration')
      facts.reExports.push({ name: '*', original: '*', from: statement.source.value, line })
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration === null) continue
    for (const name of declaredNames(declaration)) {
      facts.declarations.push({
        name,
        line,
        isExported: statement.type === 'ExportNamedDeclaration',
        hasDocstring: hasDocstring(statement.start),
      })
    }
  }
}

function declaredNames(statement: ESTree.Statement | ESTree.Declaration): string[] {
  if (statement.type === 'VariableDeclaration')
    return statement.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration')
    return statement.id === null ? [] : [statement.id.name]
  if (statement.type === 'TSInterfaceDeclaration' || statement.type === 'TSTypeAliasDeclaration')
    return [statement.id.name]
  return []
}

function nameOf(name: ESTree.ModuleExportName): string {
  return name.type === 'Literal' ? name.value : name.name
}

function visitors(facts: CodeFacts, text: string, lineAt: LineAt, length: Length): VisitorObject {
  return {
    ...moduleVisitors(facts, lineAt),
    ...nameVisitors(facts, lineAt, length),
    ...syntaxVisitors(facts, lineAt, text),
    ...callVisitors(facts, lineAt),
  }
}

function moduleVisitors(facts: CodeFacts, lineAt: LineAt): VisitorObject {
  const add = (from: string, start: number, isType: boolean): void => {
    facts.imports.push({ from, line: lineAt(start), isType })
  }
  return {
    ImportDeclaration: ({ source, start, importKind }) => add(source.value, start, importKind === 'type'),
    ExportNamedDeclaration: ({ source, start, exportKind }) => {
      if (source !== null) add(source.value, start, exportKind === 'type')
    },
    ExportAllDeclaration: ({ source, start }) => add(source.value, start, false),
    ImportExpression: ({ source, start }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, start, false)
    },
    TSImportType: ({ source, start }) => add(source.value, start, true),
    ExportDefaultDeclaration: ({ start }) =>
      facts.defaultExports.push({ name: 'default', line: lineAt(start) }),
  }
}

function nameVisitors(
  facts: CodeFacts,
  lineAt: LineAt,
  length: (node: ESTree.Span) => number,
): VisitorObject {
  const propertyNames = new Set<unknown>()
  const conversions = new Set<unknown>()
  const give = (
    pattern: { readonly type: string; readonly name?: unknown; readonly start: number } | null,
  ): void => {
    if (pattern?.type === 'Identifier' && typeof pattern.name === 'string')
      facts.given.push({ name: pattern.name, line: lineAt(pattern.start) })
  }
  const enter = (node: ESTree.Function | ESTree.ArrowFunctionExpression): void => {
    if (node.id !== null) give(node.id)
    for (const param of node.params) {
      if (param.type === 'AssignmentPattern') give(param.left)
      else if (param.type === 'Identifier') give(param)
    }
    facts.functions.push({ line: lineAt(node.start), lines: length(node) })
  }
  return {
    MemberExpression: (node) => {
      if (node.computed) return
      propertyNames.add(node.property)
      if (node.object.type === 'Identifier' && node.property.type === 'Identifier')
        facts.members.push({ name: `${node.object.name}.${node.property.name}`, line: lineAt(node.start) })
    },
    ...propertyVisitors(propertyNames),
    Identifier: (node) => {
      const name = conversions.has(node) ? `${node.name}()` : node.name
      if (!propertyNames.has(node)) facts.references.push({ name, line: lineAt(node.start) })
    },
    NewExpression: ({ callee, arguments: [first], start }) => {
      if (callee.type !== 'Identifier' || first === undefined) return
      conversions.add(callee)
      if (callee.name === 'Fault') addCodes(facts, first, lineAt(start))
    },
    VariableDeclarator: ({ id }) => give(id.type === 'Identifier' ? id : null),
    ClassDeclaration: ({ id }) => give(id),
    TSInterfaceDeclaration: ({ id, body }) => {
      give(id)
      if (id.name.endsWith('Refusal')) addMemberLiterals(facts, body.body, lineAt)
    },
    TSTypeAliasDeclaration: ({ id, typeAnnotation }) => {
      give(id)
      if (id.name.endsWith('Refusal')) addRefusalLiterals(facts, typeAnnotation, lineAt)
    },
    FunctionDeclaration: enter,
    FunctionExpression: enter,
    ArrowFunctionExpression: enter,
  }
}

/** Collects the names that stand for a property, so that they do not count as references. */
function propertyVisitors(propertyNames: Set<unknown>): VisitorObject {
  const key = (node: { readonly key: unknown; readonly computed: boolean }): void => {
    if (!node.computed) propertyNames.add(node.key)
  }
  return {
    Property: (node) => {
      if (!node.shorthand) key(node)
    },
    PropertyDefinition: key,
    MethodDefinition: key,
    TSPropertySignature: key,
    TSMethodSignature: key,
    ImportSpecifier: ({ imported, local }) => {
      if (imported !== local) propertyNames.add(imported)
    },
  }
}

/** The string literals of a refusal type: `'a' | 'b'`, or `{ is: 'a' | 'b'; ... }`, or a union of such. */
function addRefusalLiterals(facts: CodeFacts, type: ESTree.TSType, lineAt: LineAt): void {
  if (type.type === 'TSUnionType') for (const one of type.types) addRefusalLiterals(facts, one, lineAt)
  if (
    type.type === 'TSLiteralType' &&
    type.literal.type === 'Literal' &&
    typeof type.literal.value === 'string'
  )
    facts.refusalLiterals.push({ name: type.literal.value, line: lineAt(type.start) })
  if (type.type === 'TSTypeLiteral') addMemberLiterals(facts, type.members, lineAt)
}

function addMemberLiterals(facts: CodeFacts, members: readonly ESTree.TSSignature[], lineAt: LineAt): void {
  for (const member of members) {
    if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') continue
    if (isCodeProperty(member.key.name) && member.typeAnnotation !== null)
      addRefusalLiterals(facts, member.typeAnnotation.typeAnnotation, lineAt)
  }
}

function isCodeProperty(name: string): boolean {
  return name === 'is' || name === 'code'
}

function syntaxVisitors(facts: CodeFacts, lineAt: LineAt, text: string): VisitorObject {
  return {
    TSAsExpression: ({ typeAnnotation, start }) => {
      const isConst =
        typeAnnotation.type === 'TSTypeReference' &&
        typeAnnotation.typeName.type === 'Identifier' &&
        typeAnnotation.typeName.name === 'const'
      const type = text.slice(typeAnnotation.start, typeAnnotation.end)
      if (!isConst) facts.casts.push({ name: `as ${type}`, line: lineAt(start) })
    },
    TSAnyKeyword: ({ start }) => facts.anys.push({ name: 'any', line: lineAt(start) }),
    TSNonNullExpression: ({ start }) => facts.nonNulls.push({ name: '!', line: lineAt(start) }),
    ForInStatement: ({ start }) => facts.forIns.push({ name: 'for in', line: lineAt(start) }),
    Literal: ({ value }) => {
      if (typeof value === 'string') facts.strings.add(value)
    },
  }
}

const TEST_FUNCTIONS = new Set(['test', 'it', 'law'])

function callVisitors(facts: CodeFacts, lineAt: LineAt): VisitorObject {
  return {
    CallExpression: (node) => {
      const line = lineAt(node.start)
      const called = calledName(node.callee)
      facts.calls.push({ name: called, line })
      const [root = ''] = called.split('.')
      const first = node.arguments[0]
      const title = first === undefined ? undefined : stringIn(first)
      if (TEST_FUNCTIONS.has(root) && title !== undefined) facts.titles.push({ title, line, kind: called })
      if (called === 'refuse' && first !== undefined) addCodes(facts, first, line)
    },
  }
}

/** `a`, `a.b` or `a.b.c`; `test.each(rows)('title')` is called `test.each`. */
function calledName(callee: ESTree.Expression): string {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'CallExpression' || callee.type === 'TaggedTemplateExpression')
    return calledName(callee.type === 'CallExpression' ? callee.callee : callee.tag)
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
    return ''
  const object = calledName(callee.object)
  return object === '' ? `.${callee.property.name}` : `${object}.${callee.property.name}`
}

/** The text of a string or template argument; what is filled in counts as one word. */
function stringIn(argument: ESTree.Argument): string | undefined {
  if (argument.type === 'Literal' && typeof argument.value === 'string') return argument.value
  if (argument.type === 'TemplateLiteral') return argument.quasis.map(({ value }) => value.raw).join('x')
  return undefined
}

function addCodes(facts: CodeFacts, argument: ESTree.Argument, line: number): void {
  const code = stringIn(argument)
  if (code !== undefined) facts.codes.push({ name: code, line })
  if (argument.type !== 'ObjectExpression') return
  for (const property of argument.properties) {
    if (property.type !== 'Property' || property.key.type !== 'Identifier') continue
    if (!isCodeProperty(property.key.name)) continue
    const value = stringIn(property.value)
    if (value !== undefined) facts.codes.push({ name: value, line })
  }
}
