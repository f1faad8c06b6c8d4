/**
 * Replaces this process's clock by one that can be stepped; imported before everything else. Both nodes of the model follow one
 * clock, as machines that keep time do.
 */
const RealDate = globalThis.Date
let offset = 0

const now = () => RealDate.now() + offset

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length > 0 ? given : [now()], newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
})

/** @param milliseconds how far this clock is ahead of the machine's */
export function setClock(milliseconds: number) {
  offset = milliseconds
}
