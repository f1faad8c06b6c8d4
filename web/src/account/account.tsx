import { Page } from '../parts/page.tsx'
export const Account = () => <Page title="x">x</Page>
