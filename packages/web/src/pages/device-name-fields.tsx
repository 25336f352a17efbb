import { texts } from '../language/language.ts'
import { describedBy, Field } from '../parts/field.tsx'
import { DEVICE_NAME, type Devices, type Role } from './device-words.ts'

type Meters = Devices['meters']

interface NameFieldsProps {
  /** Tells the fields of several devices apart. */
  readonly at: number
  readonly id: string
  readonly meter: string
  readonly meters: Meters
  readonly error: string | undefined
}

/** What a device is called, and the meter it stands for. */
export function NameFields({ at, id, meter, meters, error }: NameFieldsProps) {
  const text = texts.value.devices
  return (
    <>
      <Field id={`name-${at}`} label={text.wizard.name} hint={text.wizard.nameHint} error={error}>
        <input
          {...describedBy(`name-${at}`, error)}
          defaultValue={id}
          autocomplete="off"
          autocapitalize="off"
        />
      </Field>
      {meters.length > 0 && (
        <Field id={`meter-${at}`} label={text.wizard.standsFor} hint={text.wizard.standsForHint}>
          <select {...describedBy(`meter-${at}`, undefined)}>
            <option value="" selected={meter === ''}>
              {text.noMeter}
            </option>
            {meters.map((one) => (
              <option key={one.id} value={one.id} selected={one.id === meter}>
                {one.id}
              </option>
            ))}
          </select>
        </Field>
      )}
    </>
  )
}

/** What is wrong with a name. */
export function nameError(id: string, taken: ReadonlySet<string>): string | undefined {
  const text = texts.value.devices.wizard
  if (!DEVICE_NAME.test(id)) return text.errorName
  return taken.has(id) ? text.errorTaken : undefined
}

/** The meter that a device of a role most likely stands for. */
export function meterFor(role: Role, meters: Meters): Meters[number] | undefined {
  const wanted = role === 'grid' ? 'connection' : role === 'plant' ? 'production' : undefined
  return meters.find((meter) => meter.role === wanted)
}
