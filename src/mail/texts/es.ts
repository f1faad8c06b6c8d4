import type { MailTexts } from './mail-texts.ts'

export const es: MailTexts = {
  language: 'es',
  locale: 'es-ES',
  greeting: name => (name ? `Hola, ${name}:` : 'Hola:'),
  quoted: text => `«${text}»`,
  device: (browser, system) => `${browser} en ${system}`,
  unknownDevice: 'un dispositivo desconocido',
  unknownAddress: 'desconocida',
  factors: {
    totp: 'aplicación de autenticación',
    passkey: 'llave de acceso',
    'recovery-codes': 'códigos de recuperación',
    all: 'todos los segundos factores',
  },
  identity: (provider, account) => `cuenta de ${provider} ${account}`,

  aboveLink: action => `${action}:`,
  copyLink: link => `O copie esta dirección: ${link}`,
  reason: site => `Ha recibido este correo por una cuenta en ${site}.`,
  help: 'Ayuda',

  verifyEmail: site => ({
    subject: `Confirme su correo electrónico para ${site}`,
    lead: `Se ha creado una cuenta en ${site} con esta dirección de correo. Si fue usted, confirme la dirección.`,
    action: 'Confirmar dirección',
    closing: ['Si no fue usted, puede ignorar este correo.'],
  }),
  alreadyRegistered: site => ({
    subject: `Ya tiene una cuenta en ${site}`,
    lead: `Alguien ha intentado crear una cuenta en ${site} con esta dirección de correo, pero usted ya tiene una. Si fue usted, inicie sesión. Si ha olvidado su contraseña, restablézcala en la página de inicio de sesión.`,
    action: 'Iniciar sesión',
    closing: ['Si no fue usted, puede ignorar este correo. No ha cambiado nada.'],
  }),
  invitation: (site, lasting) => ({
    subject: `Su invitación a ${site}`,
    lead: `Le invitamos a crear una cuenta en ${site}.`,
    action: 'Crear cuenta',
    closing: [`El enlace sirve una sola vez, durante ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Restablezca su contraseña de ${site}`,
    lead: `Hemos recibido una solicitud para restablecer su contraseña de ${site}. Abra este enlace para elegir una nueva.`,
    action: 'Elegir una contraseña nueva',
    closing: [
      `El enlace sirve una sola vez, durante ${lasting}. Si no lo ha solicitado, puede ignorar este correo. Su contraseña no ha cambiado.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Confirme su nuevo correo electrónico para ${site}`,
    lead: `Confirme que esta es la nueva dirección de correo de su cuenta en ${site}.`,
    action: 'Confirmar nueva dirección',
    closing: ['Si no lo ha solicitado, puede ignorar este correo.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Inicie sesión en ${site}`,
    lead: `Alguien ha pedido iniciar sesión en ${site} con esta dirección de correo, en este navegador: ${device}. Si fue usted, introduzca allí este código:`,
    orOpen: 'O abra este enlace en el mismo navegador.',
    action: 'Iniciar sesión',
    closing: [
      `El código y el enlace sirven una sola vez, durante ${lasting}. No comparta el código e introdúzcalo solo en ${site}.`,
      'Si no fue usted, puede ignorar este correo. Nadie ha iniciado sesión.',
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `Esta dirección ya no pertenece a ninguna cuenta de ${site}`,
    lead: `El cambio de correo electrónico de su cuenta en ${site} se deshizo el ${moment}. La cuenta vuelve a usar su dirección anterior.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `Su cuenta en ${site} se ha eliminado`,
    lead: `Su cuenta en ${site} y todos sus datos se eliminaron el ${moment}.`,
  }),

  notice: {
    happened: moment => `Ocurrió el ${moment}.`,
    advice: 'Si fue usted, puede ignorar este correo. Si no, abra este enlace. No necesita iniciar sesión.',
    action: 'No fui yo',
  },
  passwordChanged: site => ({
    subject: `Su contraseña de ${site} ha cambiado`,
    lead: `Se ha cambiado la contraseña de su cuenta en ${site}.`,
  }),
  stillRequired: factors =>
    `Para iniciar sesión aún se necesita: ${factors}. Si algo de esto no lo añadió usted, use el enlace de abajo para quitarlo.`,
  emailChangeRequested: (site, email) => ({
    subject: `Alguien ha pedido cambiar su correo electrónico en ${site}`,
    lead: `Alguien ha pedido cambiar el correo electrónico de su cuenta en ${site} por ${email}.`,
  }),
  emailChanged: (site, email) => ({
    subject: `Su correo electrónico en ${site} ha cambiado`,
    lead: `El correo electrónico de su cuenta en ${site} es ahora ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `Se ha añadido una forma de iniciar sesión en ${site}`,
    lead: `Se ha añadido a su cuenta en ${site} esta forma de iniciar sesión: ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `Se ha quitado una forma de iniciar sesión en ${site}`,
    lead: `Se ha quitado de su cuenta en ${site} lo siguiente: ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `Se ha añadido una forma de iniciar sesión en ${site}`,
    lead: `Ahora se puede entrar en su cuenta de ${site} con esta cuenta: ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `Se ha quitado una forma de iniciar sesión en ${site}`,
    lead: `Ya no se puede entrar en su cuenta de ${site} con esta cuenta: ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `Nuevos códigos de recuperación para ${site}`,
    lead: `Su cuenta en ${site} tiene códigos de recuperación nuevos. Los anteriores ya no sirven.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `Se ha usado un código de recuperación en ${site}`,
    lead: `Alguien ha usado un código de recuperación de su cuenta en ${site}. Códigos restantes: ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `Nuevo inicio de sesión en ${site}`,
    lead: `Alguien ha iniciado sesión en su cuenta de ${site} en un dispositivo nuevo: ${device}, dirección IP ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `Su nombre de usuario en ${site} ha cambiado`,
    lead:
      username === null
        ? `Se ha quitado el nombre de usuario de su cuenta en ${site}. Puede iniciar sesión con su correo electrónico.`
        : `El nombre de usuario de su cuenta en ${site} es ahora ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `Tiene un nuevo rol en ${site}`,
    lead: `Su cuenta en ${site} ha recibido el rol ${role}.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `Se ha creado un token de acceso personal en ${site}`,
    lead: `Se ha creado para su cuenta en ${site} un token de acceso personal llamado ${token}. Caduca el ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Intentos fallidos en su cuenta de ${site}`,
    lead:
      entered === 'code'
        ? `Alguien ha introducido el código correcto de su cuenta en ${site} tras ${failures} códigos incorrectos seguidos.`
        : `Alguien ha introducido la contraseña correcta de su cuenta en ${site} tras ${failures} contraseñas incorrectas seguidas.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `Se ha detenido un inicio de sesión en ${site}`,
    lead:
      entered === 'code'
        ? `Alguien que tiene su contraseña, o un navegador con su sesión iniciada, ha introducido demasiados códigos incorrectos para su cuenta en ${site}. Los códigos ya no funcionan: cambie su contraseña y pida a un administrador de ${site} que desbloquee su cuenta.`
        : `Alguien ha introducido demasiadas contraseñas incorrectas para su cuenta en ${site}. Su contraseña no funcionará en dispositivos nuevos hasta que la restablezca.`,
  }),
}
