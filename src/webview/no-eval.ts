import * as z from 'zod';

// The panel's content security policy forbids eval. Zod would find that out by trying it once, which the
// browser reports as a violation; so it is told. Must be imported before any schema is made.
z.config({ jitless: true });
