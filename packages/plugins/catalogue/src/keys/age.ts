/* All that this package takes of age, in one place. */
export { generateIdentity, identityBytes, openBytes, recipientOf, sealBytes, sealByPassphrase } from '@gantry/share'
export { nodeCipher } from '@gantry/share/node'
