import type { MailTexts } from './mail-texts.ts'

/** Spaces before colons and inside quotation marks do not break. */
export const fr: MailTexts = {
  language: 'fr',
  locale: 'fr-FR',
  greeting: name => (name ? `Bonjour ${name},` : 'Bonjour,'),
  quoted: text => `« ${text} »`,
  device: (browser, system) => `${browser} sous ${system}`,
  unknownDevice: 'un appareil inconnu',
  unknownAddress: 'inconnue',
  factors: {
    totp: 'application d’authentification',
    passkey: 'clé d’accès',
    'recovery-codes': 'codes de récupération',
    all: 'tous les seconds facteurs',
  },
  identity: (provider, account) => `compte ${provider} ${account}`,

  aboveLink: action => `${action} :`,
  copyLink: link => `Ou copiez cette adresse : ${link}`,
  reason: site => `Vous recevez cet e-mail en raison d’un compte sur ${site}.`,
  help: 'Aide',

  verifyEmail: site => ({
    subject: `Confirmez votre adresse e-mail pour ${site}`,
    lead: `Un compte a été créé sur ${site} avec cette adresse e-mail. Si c’était vous, confirmez l’adresse.`,
    action: 'Confirmer l’adresse',
    closing: ['Si ce n’était pas vous, vous pouvez ignorer cet e-mail.'],
  }),
  alreadyRegistered: site => ({
    subject: `Vous avez déjà un compte sur ${site}`,
    lead: `Quelqu’un a essayé de créer un compte sur ${site} avec cette adresse e-mail, mais vous en avez déjà un. Si c’était vous, connectez-vous. Si vous avez oublié votre mot de passe, réinitialisez-le sur la page de connexion.`,
    action: 'Se connecter',
    closing: ['Si ce n’était pas vous, vous pouvez ignorer cet e-mail. Rien n’a changé.'],
  }),
  invitation: (site, lasting) => ({
    subject: `Votre invitation à rejoindre ${site}`,
    lead: `Vous avez reçu une invitation à créer un compte sur ${site}.`,
    action: 'Créer un compte',
    closing: [`Le lien ne fonctionne qu’une fois, pendant ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Réinitialisez votre mot de passe pour ${site}`,
    lead: `Nous avons reçu une demande de réinitialisation de votre mot de passe sur ${site}. Ouvrez ce lien pour en choisir un nouveau.`,
    action: 'Choisir un nouveau mot de passe',
    closing: [
      `Le lien ne fonctionne qu’une fois, pendant ${lasting}. Si vous n’êtes pas à l’origine de cette demande, vous pouvez ignorer cet e-mail. Votre mot de passe n’a pas changé.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Confirmez votre nouvelle adresse e-mail pour ${site}`,
    lead: `Confirmez que ceci est la nouvelle adresse e-mail de votre compte sur ${site}.`,
    action: 'Confirmer la nouvelle adresse',
    closing: ['Si vous n’êtes pas à l’origine de cette demande, vous pouvez ignorer cet e-mail.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Connectez-vous à ${site}`,
    lead: `Quelqu’un a demandé à se connecter à ${site} avec cette adresse e-mail, dans ce navigateur : ${device}. Si c’est vous, saisissez-y ce code :`,
    orOpen: 'Ou ouvrez ce lien dans le même navigateur.',
    action: 'Se connecter',
    closing: [
      `Le code et le lien ne fonctionnent qu’une fois, pendant ${lasting}. Ne communiquez pas le code et ne le saisissez que sur ${site}.`,
      'Si ce n’était pas vous, vous pouvez ignorer cet e-mail. Personne n’a été connecté.',
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `Cette adresse n’appartient plus à un compte sur ${site}`,
    lead: `Le changement d’adresse e-mail de votre compte sur ${site} a été annulé le ${moment}. Le compte utilise de nouveau son adresse précédente.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `Votre compte sur ${site} a été supprimé`,
    lead: `Votre compte sur ${site} et toutes ses données ont été supprimés le ${moment}.`,
  }),

  notice: {
    happened: moment => `Cela s’est produit le ${moment}.`,
    advice:
      'Si c’était vous, vous pouvez ignorer cet e-mail. Sinon, ouvrez ce lien. Vous n’avez pas besoin de vous connecter.',
    action: 'Ce n’était pas moi',
  },
  passwordChanged: site => ({
    subject: `Votre mot de passe pour ${site} a été modifié`,
    lead: `Le mot de passe de votre compte sur ${site} a été modifié.`,
  }),
  stillRequired: factors =>
    `La connexion demande toujours : ${factors}. Si l’un de ces éléments n’est pas de vous, supprimez-le avec le lien ci-dessous.`,
  emailChangeRequested: (site, email) => ({
    subject: `Quelqu’un a demandé à changer votre adresse e-mail sur ${site}`,
    lead: `Quelqu’un a demandé à remplacer l’adresse e-mail de votre compte sur ${site} par ${email}.`,
  }),
  emailChanged: (site, email) => ({
    subject: `Votre adresse e-mail sur ${site} a été modifiée`,
    lead: `L’adresse e-mail de votre compte sur ${site} est désormais ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `Un moyen de connexion à ${site} a été ajouté`,
    lead: `Ce moyen de connexion a été ajouté à votre compte sur ${site} : ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `Un moyen de connexion à ${site} a été supprimé`,
    lead: `Voici ce qui a été supprimé de votre compte sur ${site} : ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `Un moyen de connexion à ${site} a été ajouté`,
    lead: `Ce compte permet désormais de se connecter à votre compte sur ${site} : ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `Un moyen de connexion à ${site} a été supprimé`,
    lead: `Ce compte ne permet plus de se connecter à votre compte sur ${site} : ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `Nouveaux codes de récupération pour ${site}`,
    lead: `Votre compte sur ${site} a de nouveaux codes de récupération. Les précédents ne fonctionnent plus.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `Un code de récupération a été utilisé sur ${site}`,
    lead: `Quelqu’un a utilisé un code de récupération de votre compte sur ${site}. Codes restants : ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `Nouvelle connexion à ${site}`,
    lead: `Quelqu’un s’est connecté à votre compte sur ${site} sur un nouvel appareil : ${device}, adresse IP ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `Votre nom d’utilisateur sur ${site} a été modifié`,
    lead:
      username === null
        ? `Le nom d’utilisateur de votre compte sur ${site} a été supprimé. Vous pouvez vous connecter avec votre adresse e-mail.`
        : `Le nom d’utilisateur de votre compte sur ${site} est désormais ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `Vous avez un nouveau rôle sur ${site}`,
    lead: `Votre compte sur ${site} a reçu le rôle ${role}.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `Un jeton d’accès personnel a été créé sur ${site}`,
    lead: `Un jeton d’accès personnel nommé ${token} a été créé pour votre compte sur ${site}. Il expire le ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Tentatives échouées sur votre compte ${site}`,
    lead:
      entered === 'code'
        ? `Quelqu’un a saisi le bon code pour votre compte sur ${site} après ${failures} codes erronés de suite.`
        : `Quelqu’un a saisi le bon mot de passe pour votre compte sur ${site} après ${failures} mots de passe erronés de suite.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `Une connexion à ${site} a été bloquée`,
    lead:
      entered === 'code'
        ? `Quelqu’un qui a votre mot de passe, ou un navigateur où votre session est ouverte, a saisi trop de codes erronés pour votre compte sur ${site}. Les codes ne fonctionnent plus : demandez à un administrateur de débloquer votre compte, et changez votre mot de passe.`
        : `Quelqu’un a saisi trop de mots de passe erronés pour votre compte sur ${site}. Votre mot de passe ne fonctionne plus sur de nouveaux appareils tant que vous ne l’avez pas réinitialisé.`,
  }),
}
