/** Every flow that a door may call: one line each. A flow takes the context first; `gateway.ts` binds it. */
export {}
