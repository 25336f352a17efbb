import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

interface Word {
  /** The words before it, such as `settle`; empty at the start. */
  readonly after: string
  readonly words: readonly string[]
}

/**
 * The script that completes nouns, verbs and options in a shell, written from the commands themselves.
 *
 * @param program the whole `tri` program
 */
export function completionScript(program: Command, shell: Shell): string {
  const words = wordsOf(program, [])
  if (shell === 'fish') return fishScript(words)
  if (shell === 'bash') return bashScript(words)
  return `#compdef tri\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(words)}`
}

function wordsOf(command: Command, path: readonly string[]): Word[] {
  const children = command.commands.filter((child) => child.name() !== 'help')
  const options = command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]))
  const here = {
    after: path.join(' '),
    words: [...children.map((child) => child.name()), ...options, '--help'],
  }
  return [here, ...children.flatMap((child) => wordsOf(child, [...path, child.name()]))]
}

function bashScript(words: readonly Word[]): string {
  const cases = words.map(({ after, words: next }) => `    '${after}') words='${next.join(' ')}' ;;`)
  return `_tri() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) path="\${path:+$path }\${COMP_WORDS[i]}" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _tri tri
`
}

function fishScript(words: readonly Word[]): string {
  const lines = words.flatMap(({ after, words: next }) => {
    const seen =
      after === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${after.split(' ').at(-1)}`
    return next.map((word) =>
      word.startsWith('--')
        ? `complete -c tri -n '${seen}' -l ${word.slice(2)}`
        : `complete -c tri -n '${seen}' -a ${word}`,
    )
  })
  return `${lines.join('\n')}\n`
}
