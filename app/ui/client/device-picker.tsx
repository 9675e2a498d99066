'use client'
import { useState } from 'react'
import { type Chip, ChipPicker } from '../blackout/chip-picker'
import { PartProblem } from '../form/action-form'
import { findDevices } from './actions'

/** The devices that serve a client, each a chip. */
export function DevicePicker({ devices }: { devices: Chip[] }) {
  const [chosen, setChosen] = useState(devices)
  return (
    <div>
      <ChipPicker
        name="device"
        label="Devices"
        hint="What serves it: it is without service while all of them are dark."
        chosen={chosen}
        find={(query) => (query === '' ? [] : findDevices(query).catch(() => []))}
        onChange={setChosen}
        placeholder="Name or address"
      />
      <PartProblem name="device" />
    </div>
  )
}
