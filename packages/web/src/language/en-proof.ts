/** The sentences of the card with which a member checks her balance herself. */
export const enProof = {
  title: 'Check your balance yourself',
  what: 'This page fetches a proof of about two kilobytes and checks it here, in your browser: from the community’s genesis through every change of the stewards to your account. With the text from paper no figure has to be taken on this node’s word.',
  text: 'Text of the genesis, from paper',
  textHint:
    'It begins with tri: and hangs where the community meets. Left empty, the text that this node tells is used.',
  check: 'Check now',
  working: 'Checking…',
  believed: (amount: string) => `Proved: you have ${amount}`,
  same: 'This is the balance shown above.',
  differs: (shown: string) =>
    `The page shows ${shown}: something became final since. Check again in a moment.`,
  refused: 'Not proved',
  place: 'What is wrong',
  height: 'After block',
  time: 'Signed state of',
  signed: 'Signed by',
  signedBy: (signed: string, all: string) => `${signed} of ${all} stewards`,
  changes: 'Changes of stewards followed',
  block: 'Block',
  keys: 'Keys of those who signed',
  genesis: 'Genesis',
  fromNode:
    'This text came from this node. Compare it once with the one on paper; from then on this browser remembers it.',
  known: 'This is the text that this browser knows.',
  qr: 'QR code of the genesis',
  file: 'Keep the proof',
  fileWhat: 'tri credit verify --offline checks the same file on any machine.',
  how: 'SHA-256 and Ed25519 run in this page. More than two thirds of the stewards must have signed the newest state; your account is one leaf of it. The page itself comes from this node: to check apart from it, keep the proof and run tri credit verify --offline on a machine of your own.',
}
