import { Page } from '../parts/page.tsx'
export const Administration = () => <Page title="x">x</Page>
