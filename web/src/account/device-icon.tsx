import { Monitor, Smartphone, SquareTerminal } from 'lucide'
import { Icon } from '../parts/icon.tsx'

/** A phone, a computer or a program. @param name such as `Firefox on Linux` */
export function DeviceIcon({ name }: { name: string }) {
  if (/ on (iOS|Android|Windows Phone|HarmonyOS|KaiOS)/i.test(name)) return <Icon icon={Smartphone} />
  return <Icon icon={name.includes(' on ') ? Monitor : SquareTerminal} />
}
