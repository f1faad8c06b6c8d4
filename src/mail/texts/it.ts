import type { MailTexts } from './mail-texts.ts'

export const it: MailTexts = {
  language: 'it',
  locale: 'it-IT',
  greeting: name => (name ? `Buongiorno ${name},` : 'Buongiorno,'),
  quoted: text => `“${text}”`,
  device: (browser, system) => `${browser} su ${system}`,
  unknownDevice: 'un dispositivo sconosciuto',
  unknownAddress: 'sconosciuto',
  factors: {
    totp: 'app di autenticazione',
    passkey: 'passkey',
    'recovery-codes': 'codici di recupero',
    all: 'tutti i secondi fattori',
  },
  identity: (provider, account) => `account ${provider} ${account}`,

  aboveLink: action => `${action}:`,
  copyLink: link => `Oppure copi questo indirizzo: ${link}`,
  reason: site => `Questa email è stata inviata per via di un account su ${site}.`,
  help: 'Aiuto',

  verifyEmail: site => ({
    subject: `Confermi il suo indirizzo email per ${site}`,
    lead: `Con questo indirizzo email è stato creato un account su ${site}. Se è stato lei, confermi l’indirizzo.`,
    action: 'Conferma indirizzo',
    closing: ['Se la richiesta non è sua, può ignorare questa email.'],
  }),
  alreadyRegistered: site => ({
    subject: `Esiste già un account su ${site}`,
    lead: `Qualcuno ha provato a creare un account su ${site} con questo indirizzo email, che ne ha già uno. Se è stato lei, acceda. Se ha dimenticato la password, la reimposti dalla pagina di accesso.`,
    action: 'Accedi',
    closing: ['Se la richiesta non è sua, può ignorare questa email. Non è cambiato nulla.'],
  }),
  invitation: (site, lasting) => ({
    subject: `Il suo invito a ${site}`,
    lead: `Ha ricevuto un invito a creare un account su ${site}.`,
    action: 'Crea account',
    closing: [`Il link funziona una sola volta, per ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Reimposti la password di ${site}`,
    lead: `Abbiamo ricevuto una richiesta di reimpostare la sua password su ${site}. Apra questo link per sceglierne una nuova.`,
    action: 'Scegli una nuova password',
    closing: [
      `Il link funziona una sola volta, per ${lasting}. Se la richiesta non è sua, può ignorare questa email. La password non è cambiata.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Confermi il nuovo indirizzo email per ${site}`,
    lead: `Confermi che questo è il nuovo indirizzo email del suo account su ${site}.`,
    action: 'Conferma nuovo indirizzo',
    closing: ['Se la richiesta non è sua, può ignorare questa email.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Accesso a ${site}`,
    lead: `Qualcuno ha chiesto di accedere a ${site} con questo indirizzo email, in questo browser: ${device}. Se è lei, inserisca lì questo codice:`,
    orOpen: 'Oppure apra questo link nello stesso browser.',
    action: 'Accedi',
    closing: [
      `Il codice e il link funzionano una sola volta, per ${lasting}. Non comunichi il codice a nessuno e lo inserisca solo su ${site}.`,
      'Se la richiesta non è sua, può ignorare questa email. Nessuno ha effettuato l’accesso.',
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `Questo indirizzo non appartiene più a un account su ${site}`,
    lead: `Il cambio di indirizzo email del suo account su ${site} è stato annullato il ${moment}. L’account usa di nuovo l’indirizzo precedente.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `Il suo account su ${site} è stato eliminato`,
    lead: `Il suo account su ${site} e tutti i relativi dati sono stati eliminati il ${moment}.`,
  }),

  notice: {
    happened: moment => `È avvenuto il ${moment}.`,
    advice: 'Se è stato lei, può ignorare questa email. In caso contrario, apra questo link. Non occorre accedere.',
    action: 'Non sono stato io',
  },
  passwordChanged: site => ({
    subject: `La sua password di ${site} è stata cambiata`,
    lead: `La password del suo account su ${site} è stata cambiata.`,
  }),
  stillRequired: factors =>
    `Per accedere serve ancora: ${factors}. Se non ha aggiunto lei uno di questi elementi, usi il link qui sotto per rimuoverlo.`,
  emailChangeRequested: (site, email) => ({
    subject: `Qualcuno ha chiesto di cambiare il suo indirizzo email su ${site}`,
    lead: `Qualcuno ha chiesto di cambiare l’indirizzo email del suo account su ${site} in ${email}.`,
  }),
  emailChanged: (site, email) => ({
    subject: `Il suo indirizzo email su ${site} è stato cambiato`,
    lead: `L’indirizzo email del suo account su ${site} è ora ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `È stato aggiunto un modo per accedere a ${site}`,
    lead: `Al suo account su ${site} è stato aggiunto questo modo di accedere: ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `È stato rimosso un modo per accedere a ${site}`,
    lead: `Dal suo account su ${site} è stato rimosso quanto segue: ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `È stato aggiunto un modo per accedere a ${site}`,
    lead: `Ora si può accedere al suo account su ${site} con questo account: ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `È stato rimosso un modo per accedere a ${site}`,
    lead: `Non si può più accedere al suo account su ${site} con questo account: ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `Nuovi codici di recupero per ${site}`,
    lead: `Il suo account su ${site} ha nuovi codici di recupero. I precedenti non funzionano più.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `È stato usato un codice di recupero su ${site}`,
    lead: `Qualcuno ha usato un codice di recupero del suo account su ${site}. Codici rimasti: ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `Nuovo accesso a ${site}`,
    lead: `Qualcuno ha effettuato l’accesso al suo account su ${site} da un nuovo dispositivo: ${device}, indirizzo IP ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `Il suo nome utente su ${site} è stato cambiato`,
    lead:
      username === null
        ? `Il nome utente del suo account su ${site} è stato rimosso. Può accedere con il suo indirizzo email.`
        : `Il nome utente del suo account su ${site} è ora ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `Ha un nuovo ruolo su ${site}`,
    lead: `Al suo account su ${site} è stato assegnato il ruolo ${role}.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `È stato creato un token di accesso personale su ${site}`,
    lead: `Per il suo account su ${site} è stato creato un token di accesso personale di nome ${token}. Scade il ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Tentativi falliti sul suo account ${site}`,
    lead:
      entered === 'code'
        ? `Qualcuno ha inserito il codice giusto per il suo account su ${site} dopo ${failures} codici sbagliati di fila.`
        : `Qualcuno ha inserito la password giusta per il suo account su ${site} dopo ${failures} password sbagliate di fila.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `Un accesso a ${site} è stato bloccato`,
    lead:
      entered === 'code'
        ? `Qualcuno che ha la sua password, o un browser in cui lei ha effettuato l’accesso, ha inserito troppi codici sbagliati per il suo account su ${site}. I codici non funzionano più: chieda a un amministratore di ${site} di sbloccare l’account e cambi la password.`
        : `Qualcuno ha inserito troppe password sbagliate per il suo account su ${site}. Sui nuovi dispositivi la password non funziona più finché non la reimposta.`,
  }),
}
