type Evidence =
  | { kind: 'design'; where: string; why: string }
  | { kind: 'operator'; where: string; why: string }
  | { kind: 'not met'; why: string }

const design = (where: string, why: string): Evidence => ({ kind: 'design', where, why })
const operator = (where: string, why: string): Evidence => ({ kind: 'operator', where, why })
const notMet = (why: string): Evidence => ({ kind: 'not met', why })

const INVENTORY = 'docs/security-inventory.md'

/** Rows that no test is named after. `where` is a file of this repository. */
export const WITHOUT_TEST: Record<string, Evidence> = {
  '1.1.1': design(
    'src/http/endpoint.ts',
    'The router decodes the path and the JSON parser the body, once, before the schemas read them.',
  ),
  '1.1.2': design(
    'web/src/app.tsx',
    'Text is stored as typed. Preact encodes it for the page, JSON.stringify for the wire.',
  ),
  '1.2.1': design(
    'src/mail/render.ts',
    'Pages are rendered by Preact, mails by a renderer that escapes every value; headers hold no input.',
  ),
  '1.2.2': design('src/links/links.ts', 'Links are BASE_URL, a fixed path and base64url.'),
  '1.2.3': design('src/http/endpoint.ts', 'Every JSON answer is written by JSON.stringify. No script is generated.'),
  '1.3.3': design(
    'src/mail/message.ts',
    'nodemailer builds messages from fields; addresses pass a schema without control characters.',
  ),
  '1.3.12': design(
    'src/identity/identifiers.ts',
    'Patterns have no nested quantifiers, and every input has a length limit that is checked first.',
  ),
  '1.4.2': design('src/http/pagination.ts', 'Numbers of a query pass schemas with a lower and an upper bound.'),
  '1.5.2': design('src/http/endpoint.ts', 'JSON alone is parsed, into strict schemas.'),
  '2.1.2': design(
    'routes/auth/login.ts',
    'Rules between fields are refinements of the schema; their messages are in the 422 answer.',
  ),
  '2.4.2': notMet('No form carries a timestamp. Sign-in, registration and mails are limited in number instead.'),
  '3.1.1': design(INVENTORY, 'Lists the browser features that are relied on, and what happens without them.'),
  '3.4.1': operator(
    'docs/security.md',
    'Every answer has HSTS for two years, which test/http/headers.test.ts shows. HSTS_SUBDOMAINS=true adds includeSubDomains where all hosts below speak https.',
  ),
  '3.4.7': notMet(
    'No CSP report endpoint: it would be open to strangers, and the policy allows nothing inline that could break.',
  ),
  '3.5.6': design('src/http/endpoint.ts', 'No answer is a script; no query parameter changes the form of an answer.'),
  '3.5.7': design('routes/pages.ts', 'Scripts are files of the build, the same for everybody.'),
  '3.7.1': design('web/src/app.tsx', 'HTML, CSS and JavaScript modules only.'),
  '3.7.5': design(INVENTORY, 'Lists what happens without Sec-Fetch-Site, Origin, JavaScript and WebAuthn.'),
  '6.1.2': design('docs/security.md', 'Names, address, username and site name are refused in passwords, in any order.'),
  '6.1.3': design('docs/security.md', 'The section "Ways to sign in" lists them all.'),
  '6.2.10': design('docs/security.md', 'No code makes a password expire.'),
  '6.3.6': design(
    'docs/sign-in-by-email.md',
    'By default a mail lets nobody in: a reset link sets a password. Where SIGN_IN_WITH has email, it is one factor, never a second.',
  ),
  '6.5.8': design('src/factors/totp.ts', 'Codes are judged by the clock of the server; no request carries a time.'),
  '7.1.1': design('docs/security.md', 'The section "Sessions", and the deviations with their reasons.'),
  '7.1.2': design('docs/security.md', 'There is no maximum, and the page says why.'),
  '7.4.4': design('web/src/account/account.tsx', 'Every page of a signed-in person has "Sign out".'),
  '8.1.2': design(
    'src/http/endpoint.ts',
    'The strict schemas of a route are its readable and writable fields; the OpenAPI document shows them.',
  ),
  '8.1.3': design('docs/security.md', 'Device, address and age of the last proof are used, each with its rule.'),
  '8.1.4': design('docs/security.md', 'The limits and waits that follow from them are in its tables, held by a test.'),
  '8.2.4': design(
    'docs/decisions/0014-known-devices.md',
    'A new device is told to the owner and counts its own failures.',
  ),
  '8.4.2': notMet(
    'No separate sign-in for administration. A second factor (MFA_REQUIRED=admins) and a fresh proof guard it.',
  ),
  '11.1.1': design(INVENTORY, 'Each key: what it protects, where it lives, how it is replaced.'),
  '11.1.2': design(INVENTORY, 'Each algorithm: what for, and in which file.'),
  '11.1.4': design(INVENTORY, 'What a quantum computer would break, and what replaces it.'),
  '11.2.1': design(INVENTORY, 'OpenSSL through node:crypto, bcrypt, jose, @simplewebauthn/server and otplib.'),
  '11.2.3': design(INVENTORY, 'All keys have at least 128 bits of security.'),
  '11.2.4': design('src/sessions/cookie.ts', 'Signatures and tokens are compared by timingSafeEqual.'),
  '11.2.5': design('src/encryption/sealer.ts', 'What cannot be opened throws; nothing goes on with half of it.'),
  '11.4.3': design(INVENTORY, 'SHA-256 and SHA-384 wherever integrity is meant.'),
  '11.5.2': design(
    'src/encryption/one-way.ts',
    'Random values come from the operating system by crypto.randomBytes, which never blocks once seeded.',
  ),
  '11.7.2': notMet('Passwords stay in memory as strings until they are collected: JavaScript cannot erase them.'),
  '12.3.2': design('configs/mailer.ts', 'nodemailer and pg verify certificates; no setting turns that off.'),
  '13.1.1': design(INVENTORY, 'The table "Connections".'),
  '13.1.3': design(INVENTORY, 'The table "Connections" has deadlines and retries.'),
  '13.1.4': design('docs/security.md', 'The table "Secrets", and docs/rotating-secrets.md.'),
  '13.2.2': operator(
    'docs/security.md',
    'Give the role of DATABASE_URL rights to its own database only, and run the service under its own account.',
  ),
  '13.2.4': operator(
    'docs/security.md',
    'Allow outgoing connections to the hosts of DATABASE_URL, SMTP_URL and HIBP_URL only.',
  ),
  '13.2.5': design('routes/pages.ts', 'Files are served from the build folder alone, by names that the build made.'),
  '14.2.2': design(
    'configs/security-headers.ts',
    'Cache-Control: no-store on everything but pages, assets and public keys.',
  ),
  '14.2.3': design(
    'docs/security.md',
    'No request goes to a third party but five digits of a hash to HIBP_URL, where it is switched on.',
  ),
  '14.2.4': design(INVENTORY, 'The table "Data" names the file that implements each protection.'),
  '14.3.3': design('web/src/session.ts', 'Pages keep the language in the browser, and nothing of the account.'),
  '15.1.1': design('SECURITY.md', 'The times within which faults of each severity are mended.'),
  '15.1.2': operator(INVENTORY, '`npm sbom --sbom-format cyclonedx` writes it from the lockfile.'),
  '15.1.3': design(INVENTORY, 'The table "Heavy work".'),
  '15.1.4': design(INVENTORY, 'The table "Risky components".'),
  '15.1.5': design(INVENTORY, 'The table "Dangerous functions".'),
  '15.2.3': operator(INVENTORY, '`npm prune --omit=dev` after the build leaves nothing of the tests and tools.'),
  '15.4.3': design(
    'src/audit/audit.ts',
    'Every transaction that records an event takes the lock of the chain last, so that no two wait for each other.',
  ),
  '15.4.4': design(
    'src/passwords/worker-pool.ts',
    'Heavy work waits in bounded queues, first in, first out; what does not fit is refused.',
  ),
  '16.2.3': design('configs/logger.ts', 'Lines go to standard output and nowhere else.'),
}
