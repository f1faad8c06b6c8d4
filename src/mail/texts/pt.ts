import type { MailTexts } from './mail-texts.ts'

export const pt: MailTexts = {
  language: 'pt',
  locale: 'pt-PT',
  greeting: name => (name ? `Olá, ${name}:` : 'Olá:'),
  quoted: text => `“${text}”`,
  device: (browser, system) => `${browser} em ${system}`,
  unknownDevice: 'um dispositivo desconhecido',
  unknownAddress: 'desconhecido',
  factors: {
    totp: 'aplicação de autenticação',
    passkey: 'passkey',
    'recovery-codes': 'códigos de recuperação',
    all: 'todos os segundos fatores',
  },
  identity: (provider, account) => `conta ${provider} ${account}`,

  aboveLink: action => `${action}:`,
  copyLink: link => `Ou copie este endereço: ${link}`,
  reason: site => `Recebeu este email por causa de uma conta em ${site}.`,
  help: 'Ajuda',

  verifyEmail: site => ({
    subject: `Confirme o seu endereço de email para ${site}`,
    lead: `Foi criada uma conta em ${site} com este endereço de email. Se foi criada por si, confirme o endereço.`,
    action: 'Confirmar endereço',
    closing: ['Se não a criou, pode ignorar este email.'],
  }),
  alreadyRegistered: site => ({
    subject: `Já tem uma conta em ${site}`,
    lead: `Alguém tentou criar uma conta em ${site} com este endereço de email, mas já tem uma. Se o pedido foi seu, inicie sessão. Se se esqueceu da palavra-passe, reponha-a na página de início de sessão.`,
    action: 'Iniciar sessão',
    closing: ['Se o pedido não foi seu, pode ignorar este email. Nada mudou.'],
  }),
  invitation: (site, lasting) => ({
    subject: `O seu convite para ${site}`,
    lead: `Recebeu um convite para criar uma conta em ${site}.`,
    action: 'Criar conta',
    closing: [`A ligação funciona uma vez, durante ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Reponha a sua palavra-passe de ${site}`,
    lead: `Recebemos um pedido para repor a sua palavra-passe de ${site}. Abra esta ligação para escolher uma nova.`,
    action: 'Escolher nova palavra-passe',
    closing: [
      `A ligação funciona uma vez, durante ${lasting}. Se não fez este pedido, pode ignorar este email. A sua palavra-passe não mudou.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Confirme o seu novo endereço de email para ${site}`,
    lead: `Confirme que este é o novo endereço de email da sua conta em ${site}.`,
    action: 'Confirmar novo endereço',
    closing: ['Se não fez este pedido, pode ignorar este email.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Inicie sessão em ${site}`,
    lead: `Alguém pediu para iniciar sessão em ${site} com este endereço de email, neste navegador: ${device}. Se o pedido foi seu, introduza lá este código:`,
    orOpen: 'Ou abra esta ligação no mesmo navegador.',
    action: 'Iniciar sessão',
    closing: [
      `O código e a ligação funcionam uma vez, durante ${lasting}. Não partilhe o código e introduza-o apenas em ${site}.`,
      'Se o pedido não foi seu, pode ignorar este email. Ninguém iniciou sessão.',
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `Este endereço já não pertence a uma conta em ${site}`,
    lead: `A alteração do endereço de email da sua conta em ${site} foi anulada a ${moment}. A conta volta a usar o endereço anterior.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `A sua conta em ${site} foi eliminada`,
    lead: `A sua conta em ${site} e todos os seus dados foram eliminados a ${moment}.`,
  }),

  notice: {
    happened: moment => `Aconteceu a ${moment}.`,
    advice: 'Se foi uma ação sua, pode ignorar este email. Se não, abra esta ligação. Não precisa de iniciar sessão.',
    action: 'Não fui eu',
  },
  passwordChanged: site => ({
    subject: `A sua palavra-passe de ${site} foi alterada`,
    lead: `A palavra-passe da sua conta em ${site} foi alterada.`,
  }),
  stillRequired: factors =>
    `Para iniciar sessão continua a ser necessário: ${factors}. Se não adicionou algum destes elementos, use a ligação abaixo para o remover.`,
  emailChangeRequested: (site, email) => ({
    subject: `Alguém pediu para alterar o seu endereço de email em ${site}`,
    lead: `Alguém pediu para alterar o endereço de email da sua conta em ${site} para ${email}.`,
  }),
  emailChanged: (site, email) => ({
    subject: `O seu endereço de email em ${site} foi alterado`,
    lead: `O endereço de email da sua conta em ${site} é agora ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `Foi adicionada uma forma de iniciar sessão em ${site}`,
    lead: `Esta forma de iniciar sessão foi adicionada à sua conta em ${site}: ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `Foi removida uma forma de iniciar sessão em ${site}`,
    lead: `Foi removido da sua conta em ${site} o seguinte: ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `Foi adicionada uma forma de iniciar sessão em ${site}`,
    lead: `Já é possível iniciar sessão na sua conta em ${site} com esta conta: ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `Foi removida uma forma de iniciar sessão em ${site}`,
    lead: `Deixou de ser possível iniciar sessão na sua conta em ${site} com esta conta: ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `Novos códigos de recuperação para ${site}`,
    lead: `A sua conta em ${site} tem novos códigos de recuperação. Os anteriores já não funcionam.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `Foi usado um código de recuperação em ${site}`,
    lead: `Alguém usou um código de recuperação da sua conta em ${site}. Códigos restantes: ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `Novo início de sessão em ${site}`,
    lead: `Alguém iniciou sessão na sua conta em ${site} num novo dispositivo: ${device}, endereço IP ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `O seu nome de utilizador em ${site} foi alterado`,
    lead:
      username === null
        ? `O nome de utilizador da sua conta em ${site} foi removido. Pode iniciar sessão com o seu endereço de email.`
        : `O nome de utilizador da sua conta em ${site} é agora ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `Tem uma nova função em ${site}`,
    lead: `Foi atribuída à sua conta em ${site} a função ${role}.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `Foi criado um token de acesso pessoal em ${site}`,
    lead: `Foi criado para a sua conta em ${site} um token de acesso pessoal com o nome ${token}. Expira a ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Tentativas falhadas na sua conta de ${site}`,
    lead:
      entered === 'code'
        ? `Alguém introduziu o código correto da sua conta em ${site} depois de ${failures} códigos errados seguidos.`
        : `Alguém introduziu a palavra-passe correta da sua conta em ${site} depois de ${failures} palavras-passe erradas seguidas.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `Um início de sessão em ${site} foi bloqueado`,
    lead:
      entered === 'code'
        ? `Alguém que tem a sua palavra-passe, ou um navegador com a sua sessão iniciada, introduziu demasiados códigos errados para a sua conta em ${site}. Os códigos já não funcionam: altere a sua palavra-passe e peça a um administrador de ${site} que desbloqueie a sua conta.`
        : `Alguém introduziu demasiadas palavras-passe erradas para a sua conta em ${site}. A sua palavra-passe só volta a funcionar em dispositivos novos depois de a repor.`,
  }),
}
