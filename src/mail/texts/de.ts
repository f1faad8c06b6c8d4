import type { MailTexts } from './mail-texts.ts'

/** After the comma of the greeting, a lead begins with a small letter unless its first word needs a capital. */
export const de: MailTexts = {
  language: 'de',
  locale: 'de-DE',
  greeting: name => (name ? `Guten Tag ${name},` : 'Guten Tag,'),
  quoted: text => `„${text}“`,
  device: (browser, system) => `${browser} unter ${system}`,
  unknownDevice: 'ein unbekanntes Gerät',
  unknownAddress: 'unbekannt',
  factors: {
    totp: 'Authenticator-App',
    passkey: 'Passkey',
    'recovery-codes': 'Wiederherstellungscodes',
    all: 'alle zweiten Faktoren',
  },
  identity: (provider, account) => `${provider}-Konto ${account}`,

  aboveLink: action => `${action}:`,
  copyLink: link => `Oder kopieren Sie diese Adresse: ${link}`,
  reason: site => `Sie erhalten diese E-Mail wegen eines Kontos bei ${site}.`,
  help: 'Hilfe',

  verifyEmail: site => ({
    subject: `Bestätigen Sie Ihre E-Mail-Adresse für ${site}`,
    lead: `mit dieser E-Mail-Adresse wurde bei ${site} ein Konto erstellt. Wenn Sie das waren, bestätigen Sie bitte die Adresse.`,
    action: 'Adresse bestätigen',
    closing: ['Wenn Sie das nicht waren, können Sie diese E-Mail ignorieren.'],
  }),
  alreadyRegistered: site => ({
    subject: `Sie haben schon ein Konto bei ${site}`,
    lead: `jemand wollte mit dieser E-Mail-Adresse bei ${site} ein Konto erstellen, Sie haben dort aber schon eines. Wenn Sie das waren, melden Sie sich an. Ein vergessenes Passwort können Sie auf der Anmeldeseite zurücksetzen.`,
    action: 'Anmelden',
    closing: ['Wenn Sie das nicht waren, können Sie diese E-Mail ignorieren. Es hat sich nichts geändert.'],
  }),
  invitation: (site, lasting) => ({
    subject: `Ihre Einladung zu ${site}`,
    lead: `Sie sind eingeladen, bei ${site} ein Konto zu erstellen.`,
    action: 'Konto erstellen',
    closing: [`Der Link funktioniert einmal. Gültigkeit: ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Setzen Sie Ihr Passwort für ${site} zurück`,
    lead: `für Ihr Konto bei ${site} wurde ein neues Passwort angefordert. Öffnen Sie diesen Link, um eines zu wählen.`,
    action: 'Neues Passwort wählen',
    closing: [
      `Der Link funktioniert einmal, innerhalb von ${lasting}. Wenn Sie das nicht angefordert haben, können Sie diese E-Mail ignorieren. Ihr Passwort ist unverändert.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Bestätigen Sie Ihre neue E-Mail-Adresse für ${site}`,
    lead: `bitte bestätigen Sie, dass dies die neue E-Mail-Adresse Ihres Kontos bei ${site} ist.`,
    action: 'Neue Adresse bestätigen',
    closing: ['Wenn Sie das nicht angefordert haben, können Sie diese E-Mail ignorieren.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Bei ${site} anmelden`,
    lead: `jemand möchte sich mit dieser E-Mail-Adresse bei ${site} anmelden, in diesem Browser: ${device}. Wenn Sie das sind, geben Sie dort diesen Code ein:`,
    orOpen: 'Oder öffnen Sie diesen Link im selben Browser.',
    action: 'Anmelden',
    closing: [
      `Code und Link funktionieren einmal, innerhalb von ${lasting}. Geben Sie den Code nicht weiter, und geben Sie ihn nur bei ${site} ein.`,
      'Wenn Sie das nicht waren, können Sie diese E-Mail ignorieren. Niemand wurde angemeldet.',
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `Diese Adresse gehört zu keinem Konto bei ${site} mehr`,
    lead: `die Änderung der E-Mail-Adresse Ihres Kontos bei ${site} wurde am ${moment} rückgängig gemacht. Für das Konto gilt wieder die vorherige Adresse.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `Ihr Konto bei ${site} wurde gelöscht`,
    lead: `Ihr Konto bei ${site} und alle seine Daten wurden am ${moment} gelöscht.`,
  }),

  notice: {
    happened: moment => `Zeitpunkt: ${moment}.`,
    advice:
      'Wenn Sie das waren, können Sie diese E-Mail ignorieren. Wenn nicht, öffnen Sie diesen Link. Sie müssen sich dafür nicht anmelden.',
    action: 'Das war ich nicht',
  },
  passwordChanged: site => ({
    subject: `Ihr Passwort für ${site} wurde geändert`,
    lead: `das Passwort Ihres Kontos bei ${site} wurde geändert.`,
  }),
  stillRequired: factors =>
    `Zum Anmelden ist weiterhin nötig: ${factors}. Wenn davon etwas nicht von Ihnen ist, entfernen Sie es über den Link unten.`,
  emailChangeRequested: (site, email) => ({
    subject: `Jemand möchte Ihre E-Mail-Adresse bei ${site} ändern`,
    lead: `jemand möchte die E-Mail-Adresse Ihres Kontos bei ${site} in ${email} ändern.`,
  }),
  emailChanged: (site, email) => ({
    subject: `Ihre E-Mail-Adresse bei ${site} wurde geändert`,
    lead: `die E-Mail-Adresse Ihres Kontos bei ${site} ist jetzt ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `Ein Anmeldeweg für ${site} wurde hinzugefügt`,
    lead: `zu Ihrem Konto bei ${site} wurde dieser Anmeldeweg hinzugefügt: ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `Ein Anmeldeweg für ${site} wurde entfernt`,
    lead: `aus Ihrem Konto bei ${site} wurde entfernt: ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `Ein Anmeldeweg für ${site} wurde hinzugefügt`,
    lead: `mit diesem Konto kann man sich jetzt bei Ihrem Konto bei ${site} anmelden: ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `Ein Anmeldeweg für ${site} wurde entfernt`,
    lead: `mit diesem Konto kann man sich nicht mehr bei Ihrem Konto bei ${site} anmelden: ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `Neue Wiederherstellungscodes für ${site}`,
    lead: `Ihr Konto bei ${site} hat neue Wiederherstellungscodes. Die bisherigen gelten nicht mehr.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `Ein Wiederherstellungscode wurde bei ${site} verwendet`,
    lead: `jemand hat einen Wiederherstellungscode Ihres Kontos bei ${site} verwendet. Übrige Codes: ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `Neue Anmeldung bei ${site}`,
    lead: `bei Ihrem Konto bei ${site} hat sich jemand auf einem neuen Gerät angemeldet: ${device}, IP-Adresse ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `Ihr Benutzername bei ${site} wurde geändert`,
    lead:
      username === null
        ? `der Benutzername Ihres Kontos bei ${site} wurde entfernt. Sie können sich mit Ihrer E-Mail-Adresse anmelden.`
        : `der Benutzername Ihres Kontos bei ${site} ist jetzt ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `Sie haben eine neue Rolle bei ${site}`,
    lead: `Ihr Konto bei ${site} hat die Rolle ${role} erhalten.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `Ein persönliches Zugriffstoken wurde bei ${site} erstellt`,
    lead: `für Ihr Konto bei ${site} wurde ein persönliches Zugriffstoken mit dem Namen ${token} erstellt. Es gilt bis zum ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Fehlversuche bei Ihrem Konto bei ${site}`,
    lead:
      entered === 'code'
        ? `jemand hat für Ihr Konto bei ${site} nach ${failures} falschen Codes in Folge den richtigen eingegeben.`
        : `jemand hat für Ihr Konto bei ${site} nach ${failures} falschen Passwörtern in Folge das richtige eingegeben.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `Eine Anmeldung bei ${site} wurde gestoppt`,
    lead:
      entered === 'code'
        ? `jemand, der Ihr Passwort oder einen Browser hat, in dem Sie angemeldet sind, hat für Ihr Konto bei ${site} zu viele falsche Codes eingegeben. Codes funktionieren nicht mehr: Bitten Sie einen Administrator von ${site}, Ihr Konto zu entsperren, und ändern Sie Ihr Passwort.`
        : `jemand hat für Ihr Konto bei ${site} zu viele falsche Passwörter eingegeben. Auf neuen Geräten funktioniert Ihr Passwort erst wieder, wenn Sie es zurückgesetzt haben.`,
  }),
}
