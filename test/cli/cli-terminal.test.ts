import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { exitCodeOf } from '../../src/cli/failure.ts'
import { readNewPassword } from '../../src/cli/new-password.ts'
import { createProgram } from '../../src/cli/program.ts'

/** A terminal whose keyboard is `input`, and all that appears on it. */
function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const screen = new PassThrough({ encoding: 'utf8' })
  return { input, output: screen, notes: screen, directory: '/', shown: () => String(screen.read() ?? '') }
}

test('a password is asked for twice and never seen', async () => {
  const tty = terminal()
  tty.input.write('correct horse\ncorrect horse\n')
  expect(await readNewPassword(tty)).toBe('correct horse')
  expect(tty.shown()).toBe('New password: \nOnce more: \n')
})

test.each([
  ['that differ', 'one\nother\n', 'differ'],
  ['that are broken off', 'one\n\u0003', 'Nothing was answered'],
])('two passwords %s change nothing', async (_case, typed, words) => {
  const tty = terminal()
  const password = readNewPassword(tty)
  tty.input.write(typed)
  await expect(password).rejects.toThrow(words)
})

test.each([
  ['is not there', '', 'No password on standard input'],
  ['is in another encoding than UTF-8', 'gr\xfcn\n', 'not UTF-8'],
])('a password on standard input that %s is refused', async (_case, typed, words) => {
  const input = new PassThrough()
  input.end(typed, 'latin1')
  await expect(readNewPassword({ ...terminal(), input })).rejects.toThrow(words)
})

test.each([
  ['users'],
  ['user'],
  ['user', 'create', '--email', 'nonsense', '--name', 'X'],
  ['user', 'list', '--limit', '0'],
  ['sessions', 'end', 'ada', '--id', 'nonsense'],
  ['user', 'disable', 'ada', 'bob'],
])('wrong usage has the exit code 2: %s %s', async (...args) => {
  const failure = await createProgram(terminal())
    .parseAsync(args, { from: 'user' })
    .catch((error: unknown) => error)
  expect(exitCodeOf(failure)).toBe(2)
})

test('the help names the exit codes and every command', async () => {
  const tty = terminal()
  await expect(createProgram(tty).parseAsync(['--help'], { from: 'user' })).rejects.toSatisfy(
    error => exitCodeOf(error) === 0,
  )
  await pause()
  const shown = tty.shown()
  for (const words of [
    'migrate',
    'user',
    'setup-link',
    'invite',
    'secrets',
    'sessions',
    'Exit codes: 0 done, 1 refused',
  ])
    expect(shown).toContain(words)
})
