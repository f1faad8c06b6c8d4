import compression from 'compression'
import cookieParser from 'cookie-parser'
import express, { type RequestHandler } from 'express'
import session from 'express-session'
import helmet from 'helmet'
import passport from 'passport'
import { hours } from '../../src/durations.ts'
import { BENCH_COOKIE, BENCH_SECRET } from '../cookies.ts'
import { hashOfBearer } from './seed-bearer.ts'
import { openSeedDatabase, Token, User } from './seed-models.ts'

/** These libraries the usual way: stock store, Passport session, the user by primary key on each request. */
const { store } = openSeedDatabase(process.env.DATABASE ?? '')

// Latchkey declares `Express.User` to be its principal; here it is a row of the seed's own model.
const rowOf = (user: unknown) => user as User

passport.serializeUser((user, done) => done(null, rowOf(user).id))
passport.deserializeUser((id: number, done) => {
  User.findByPk(id).then(user => done(null, (user ?? false) as Express.User | false), done)
})

const requireUser: RequestHandler = (request, response, next) => {
  if (request.isAuthenticated()) return next()
  response.status(401).json({ error: 'Authentication required' })
}

const app = express()
app.use(helmet())
app.use(compression())
app.use(cookieParser())
app.use(express.json())
app.get('/healthz', (_request, response) => {
  response.json({ status: 'ok' })
})
app.get('/api/v1/me', async (request, response) => {
  const token = await Token.findByPk(hashOfBearer(request.headers.authorization ?? ''))
  const user = token && (await User.findByPk(token.userId))
  if (!user) return void response.status(401).json({ error: 'Authentication required' })
  response.json({ user: user.toPublic() })
})
app.use(
  session({
    name: BENCH_COOKIE,
    secret: BENCH_SECRET,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: hours(24), sameSite: 'lax' },
  }),
)
app.use(passport.session())
app.get(['/auth/session', '/auth/profile'], requireUser, (request, response) => {
  response.json({ user: rowOf(request.user).toPublic() })
})

app.listen(Number(process.env.PORT), '127.0.0.1')
