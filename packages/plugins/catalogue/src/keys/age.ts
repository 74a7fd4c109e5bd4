/* All that this package takes of age, in one place. */
export { generateIdentity, identityBytes, openBytes, recipientOf, sealBytes, sealByPassphrase } from '@gantry/age'
export { nodeCipher } from '@gantry/age/node'
