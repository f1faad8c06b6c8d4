import type { Command } from 'commander'
import { z } from 'zod'
import { createUserWithRoles } from '../administration/administer.ts'
import { EmailSchema, NameSchema, UsernameSchema } from '../identity/identifiers.ts'
import { LANGUAGES, type Language } from '../languages.ts'
import { isOffered } from '../sign-in/ways.ts'
import { gather, readBy } from './arguments.ts'
import { rolesNamed } from './find-user.ts'
import { readNewPassword } from './new-password.ts'
import { withAccounts } from './open.ts'
import { byOperator } from './operator.ts'
import type { Cli } from './settings.ts'
import { print } from './terminal.ts'

type Options = { email: string; name: string; username?: string; language?: Language; role?: string[] }

export function createCommand(user: Command, cli: Cli) {
  return user
    .command('create')
    .description('create a user; prompts for the password, or reads it from standard input')
    .requiredOption('--email <address>', 'email address', readBy(EmailSchema))
    .requiredOption('--name <name>', 'name of the person', readBy(NameSchema))
    .option('--username <name>', 'username to sign in with instead of the email address', readBy(UsernameSchema))
    .option('--language <code>', 'language of emails, such as de', readBy(z.enum(LANGUAGES)))
    .option('--role <role>', 'role to grant; repeat for several (default: user)', gather)
    .action(({ role = ['user'], ...person }: Options) =>
      withAccounts(cli, async ({ env, logger, sequelize, hasher, judge, audit }) => {
        const roles = await rolesNamed(role)
        const password = isOffered(env, 'password') ? await readNewPassword(cli) : undefined
        const deps = { env, logger, sequelize, hasher, judge }
        await createUserWithRoles(deps, { ...person, password }, roles, ({ id }) =>
          audit.record('user_created', byOperator(id, { roles: role })),
        )
        print(cli, `created ${person.email} (${roles.map(({ name }) => name).join(', ')})`)
      }),
    )
}
