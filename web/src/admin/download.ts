import { saveFile } from '../parts/save-file.ts'
import { sendAdmin } from './api.ts'

/** Reads an export, after a fresh proof where the server asks for one, and hands it to the browser. */
export async function download(path: string, name: string) {
  const { answer, headers } = await sendAdmin<string>({ method: 'GET', path })
  saveFile(name, headers.get('Content-Type') ?? 'text/plain', answer)
}
