import { Page } from '../parts/page.tsx'
import { place } from '../router.ts'
import { t, textFor } from '../text/text.ts'

/** Why an application could not be answered, and who can fix it. Nothing else of the address is shown. */
export function ApplicationProblem() {
  const { codes, title } = t.applicationProblem
  const code = place.get().query.get('problem') ?? ''
  return (
    <Page title={title}>
      <p class="notice failed" role="alert">
        {textFor(codes, code) ?? codes.invalid_request}
      </p>
      <p class="actions">
        <a href="/" class="button outline">
          {t.common.startPage}
        </a>
      </p>
    </Page>
  )
}
