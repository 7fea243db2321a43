/** The editor: CodeMirror with the compiler's complaints, types and completions. */
import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import type { Complaint } from '../language/complaint.js'
import type { Compiler } from '../language/messages.js'
import { make } from './elements.js'

/** An editor of one program. */
export interface CodeEditor {
  readonly text: () => string
  readonly replace: (text: string) => void
  readonly show: (complaints: readonly Complaint[]) => void
  readonly goTo: (complaint: Complaint) => void
}

const types = ({ ask }: Compiler) =>
  hoverTooltip(
    async ({ state }, at) => {
      const hover = await ask({ tag: 'Hover', text: state.doc.toString(), at })
      return hover === undefined
        ? null
        : {
            pos: hover.from,
            end: hover.to,
            above: true,
            create: () => ({
              dom: make(
                'div',
                { class: 'playground-hover' },
                make('code', {}, hover.type),
                hover.documentation === '' ? undefined : make('p', {}, hover.documentation),
              ),
            }),
          }
    },
    { hoverTime: 250 },
  )

const completions = ({ ask }: Compiler) =>
  autocompletion({
    override: [
      async (context) => {
        const word = context.matchBefore(/[\w$]*/)
        const dot = context.matchBefore(/\./)
        if (!context.explicit && dot === null && (word === null || word.text.length < 2)) return null
        const found = await ask({ tag: 'Complete', text: context.state.doc.toString(), at: context.pos })
        return {
          from: word?.from ?? context.pos,
          options: found.map(({ name, kind }) => ({ label: name, type: kind })),
          validFor: /^[\w$]*$/,
        }
      },
    ],
  })

/** Makes an editor in an element. `changed` is called after each change of the text. */
export const codeEditor = (
  parent: HTMLElement,
  compiler: Compiler,
  text: string,
  changed: () => void,
): CodeEditor => {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of('  '),
        bracketMatching(),
        highlightActiveLine(),
        javascript({ typescript: true }),
        syntaxHighlighting(classHighlighter),
        completions(compiler),
        types(compiler),
        // The key Tab moves on, as everywhere on a page: who edits by keyboard is not held in the editor.
        keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': 'Program', tabindex: '0' }),
        EditorView.updateListener.of(({ docChanged }) => {
          if (docChanged) changed()
        }),
      ],
    }),
  })
  return {
    text: () => view.state.doc.toString(),
    replace: (code) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code } }),
    show: (complaints) => {
      const { length } = view.state.doc
      view.dispatch(
        setDiagnostics(
          view.state,
          complaints.map(({ from, to, sentence }) => ({
            from: Math.min(from, length),
            to: Math.min(to, length),
            severity: 'error' as const,
            message: sentence,
          })),
        ),
      )
    },
    goTo: ({ from, to }) => {
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true })
      view.focus()
    },
  }
}
