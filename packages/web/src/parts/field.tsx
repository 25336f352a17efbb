import type { ComponentChildren } from 'preact'

interface FieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly children: ComponentChildren
}

/** A label, the field, its hint and its error, tied together for those who cannot see that they are neighbours. */
export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="muted">
          {hint}
        </p>
      )}
      <p id={`${id}-error`} class="field-error" role="alert">
        {error}
      </p>
    </div>
  )
}

/** The attributes that tie a field to its hint and error. */
export function describedBy(id: string, error: string | undefined) {
  return {
    id,
    name: id,
    'aria-describedby': `${id}-hint ${id}-error`,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
  }
}
