import { texts } from '../language/language.ts'
import { describedBy, Field } from '../parts/field.tsx'
import type { FieldErrors } from './written-device.ts'
import type { Over, Template } from './device-words.ts'

interface LineFieldsProps {
  readonly over: Over
  readonly template: Template
  readonly ports: readonly string[]
  readonly errors: FieldErrors
}

/** The fields that a way of reaching a device needs, and no others. */
export function LineFields({ over, template, ports, errors }: LineFieldsProps) {
  const text = texts.value.devices.wizard
  const hasHost = over === 'tcp' || over === 'modbus-tcp' || over === 'modbus-rtu-tcp'
  return (
    <>
      {(over === 'serial' || over === 'modbus-rtu') && <PortField ports={ports} error={errors['path']} />}
      {over === 'serial' && template.serial.length > 1 && <Speeds template={template} />}
      {hasHost && <TextField id="host" label={text.host} hint={text.hostHint} errors={errors} />}
      {hasHost && (
        <TextField
          id="port"
          label={text.portNumber}
          first={over === 'modbus-tcp' ? '502' : ''}
          isNumber
          errors={errors}
        />
      )}
      {over.startsWith('modbus') && (
        <TextField id="unit" label={text.unit} first="1" isNumber errors={errors} />
      )}
      {over === 'http' && <TextField id="url" label={text.url} hint={text.urlHint} errors={errors} />}
      {over === 'mqtt' && <BrokerFields template={template} errors={errors} />}
      {over === 'ocpp' && (
        <>
          <TextField id="identity" label={text.identity} errors={errors} />
          <TextField id="connector" label={text.connector} first="1" isNumber errors={errors} />
        </>
      )}
      {(over === 'http' || over === 'mqtt' || over === 'ocpp') && <Secret hasUser={over !== 'ocpp'} />}
    </>
  )
}

interface TextFieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly first?: string
  readonly isNumber?: boolean
  readonly errors: FieldErrors
}

function TextField({ id, label, hint, first = '', isNumber = false, errors }: TextFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} error={errors[id]}>
      <input
        {...describedBy(id, errors[id])}
        defaultValue={first}
        inputMode={isNumber ? 'numeric' : 'text'}
        autocomplete="off"
        autocapitalize="off"
      />
    </Field>
  )
}

interface PortFieldProps {
  readonly ports: readonly string[]
  readonly error: string | undefined
}

function PortField({ ports, error }: PortFieldProps) {
  const text = texts.value.devices.wizard
  return (
    <>
      <Field id="path" label={text.port} hint={text.portHint} error={error}>
        <input {...describedBy('path', error)} list="ports" defaultValue={ports[0] ?? ''} />
      </Field>
      <datalist id="ports">
        {ports.map((port) => (
          <option key={port} value={port} />
        ))}
      </datalist>
    </>
  )
}

function BrokerFields({ template, errors }: Pick<LineFieldsProps, 'template' | 'errors'>) {
  const text = texts.value.devices.wizard
  return (
    <>
      <TextField id="broker" label={text.broker} hint={text.brokerHint} first="mqtt://" errors={errors} />
      <Field id="topics" label={text.topics} hint={text.topicsHint} error={errors['topics']}>
        <textarea
          {...describedBy('topics', errors['topics'])}
          rows={2}
          defaultValue={template.topics.join('\n')}
        />
      </Field>
    </>
  )
}

function Speeds({ template }: { readonly template: Template }) {
  const text = texts.value.devices.wizard
  return (
    <Field id="speed" label={text.speed}>
      <select {...describedBy('speed', undefined)}>
        {template.serial.map(({ baud, format }, at) => (
          <option key={`${baud} ${format}`} value={`${baud} ${format}`}>
            {baud} {format}
            {at === 0 && ` (${text.speedUsual})`}
          </option>
        ))}
      </select>
    </Field>
  )
}

function Secret({ hasUser }: { readonly hasUser: boolean }) {
  const text = texts.value.devices.wizard
  return (
    <details>
      <summary>{text.secret}</summary>
      <div class="stack">
        {hasUser && (
          <Field id="user" label={text.user}>
            <input {...describedBy('user', undefined)} autocomplete="off" autocapitalize="off" />
          </Field>
        )}
        <Field id="password" label={text.password}>
          <input {...describedBy('password', undefined)} type="password" autocomplete="off" />
        </Field>
      </div>
    </details>
  )
}

/** Keys of an encrypted meter, and a clamp that was put on the wrong way round. */
export function MoreFields({ template, errors }: Pick<LineFieldsProps, 'template' | 'errors'>) {
  const text = texts.value.devices.wizard
  const isMeter = template.lines.includes('serial')
  return (
    <>
      {isMeter && (
        <details open={errors['encryption'] !== undefined || errors['authentication'] !== undefined}>
          <summary>{text.keys}</summary>
          <div class="stack">
            {(['encryption', 'authentication'] as const).map((id) => (
              <Field key={id} id={id} label={text[id]} hint={text.keyHint} error={errors[id]}>
                <input
                  {...describedBy(id, errors[id])}
                  autocomplete="off"
                  autocapitalize="off"
                  spellcheck={false}
                />
              </Field>
            ))}
          </div>
        </details>
      )}
      {!isMeter && template.role === 'grid' && (
        <label class="choice">
          <input type="checkbox" name="reversed" value="yes" />
          {text.reversed}
        </label>
      )}
    </>
  )
}
