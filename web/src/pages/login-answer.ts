/** What `POST /auth/login` answers: signed in, or what is still to come. */
export type LoginAnswer = {
  secondFactor?: { methods: string[] }
  /** The session opens nothing but the enrolment of a second factor. */
  secondFactorEnrolment?: true
}
