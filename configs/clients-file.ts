import { readFileSync } from 'node:fs'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { ConfigurationError } from './env.ts'

const KEYS = ['clients', 'hosts'] as const

type ClientsFile = Record<(typeof KEYS)[number], unknown[]>

/**
 * Reads the lists of applications (CLIENTS_FILE), which each room validates for itself. Without the file they are empty.
 * @throws ConfigurationError that names the line
 */
export function readClientsFile(path: string): ClientsFile {
  const lines = new LineCounter()
  const document = parseDocument(textOf(path), { lineCounter: lines })
  const lineOf = (offset: number) => `${path}, line ${lines.linePos(offset).line}`
  const faults = document.errors.map(({ pos, message }) => `${lineOf(pos[0])}: ${message.split('\n', 1)[0]}`)
  if (faults.length > 0) throw new ConfigurationError(faults)
  const { contents } = document
  if (contents === null) return { clients: [], hosts: [] }
  if (!isMap(contents)) throw new ConfigurationError([`${path} has no top-level keys; write clients: or hosts:`])
  for (const { key } of contents.items) {
    const name = isScalar(key) ? String(key.value) : ''
    if (KEYS.some(each => each === name)) continue
    const at = isScalar(key) ? lineOf(key.range?.[0] ?? 0) : path
    throw new ConfigurationError([`${at}: unknown key ${JSON.stringify(name)}; write clients: or hosts:`])
  }
  const values = document.toJS()
  return { clients: listOf(path, values, 'clients'), hosts: listOf(path, values, 'hosts') }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return ''
    throw new ConfigurationError([`${path} cannot be read (${code})`])
  }
}

function listOf(path: string, values: Record<string, unknown>, key: (typeof KEYS)[number]): unknown[] {
  const value = values[key] ?? []
  if (Array.isArray(value)) return value
  throw new ConfigurationError([`${path}: ${key} is not a list`])
}
