// Written by npm run build:contracts from packages/ledger/contracts/checkpoints.sol.

/** What the checkpoint contract answers to, and the code that deploys it. */
export const checkpointsContract = {
  abi: [
    { inputs: [], name: 'AlreadyRegistered', type: 'error' },
    { inputs: [{ name: 'newest', type: 'uint64' }], name: 'HeightNotAbove', type: 'error' },
    { inputs: [], name: 'KeysUnknown', type: 'error' },
    { inputs: [], name: 'KeysUnusable', type: 'error' },
    { inputs: [], name: 'NotRegistered', type: 'error' },
    { inputs: [{ name: 'index', type: 'uint256' }], name: 'SignatureWrong', type: 'error' },
    {
      inputs: [
        { name: 'given', type: 'uint256' },
        { name: 'keys', type: 'uint256' },
      ],
      name: 'TooFewSignatures',
      type: 'error',
    },
    {
      anonymous: false,
      inputs: [
        { indexed: true, name: 'community', type: 'bytes32' },
        { indexed: true, name: 'height', type: 'uint64' },
        { indexed: false, name: 'header', type: 'bytes32' },
        { indexed: false, name: 'stateRoot', type: 'bytes32' },
      ],
      name: 'Checkpointed',
      type: 'event',
    },
    {
      anonymous: false,
      inputs: [
        { indexed: true, name: 'federation', type: 'address' },
        { indexed: true, name: 'root', type: 'bytes32' },
        { indexed: false, name: 'communities', type: 'uint64' },
      ],
      name: 'Federated',
      type: 'event',
    },
    {
      anonymous: false,
      inputs: [
        { indexed: true, name: 'community', type: 'bytes32' },
        { indexed: true, name: 'genesis', type: 'bytes32' },
        { indexed: false, name: 'keys', type: 'address[]' },
      ],
      name: 'Registered',
      type: 'event',
    },
    {
      anonymous: false,
      inputs: [
        { indexed: true, name: 'community', type: 'bytes32' },
        { indexed: true, name: 'version', type: 'uint64' },
        { indexed: false, name: 'keys', type: 'address[]' },
      ],
      name: 'StewardsChanged',
      type: 'event',
    },
    {
      inputs: [
        { name: 'community', type: 'bytes32' },
        { name: 'keys', type: 'address[]' },
        {
          components: [
            { name: 'keys', type: 'address[]' },
            { name: 'signers', type: 'uint256' },
            { name: 'signatures', type: 'bytes32[2][]' },
          ],
          name: 'quorum',
          type: 'tuple',
        },
      ],
      name: 'changeStewards',
      outputs: [],
      stateMutability: 'nonpayable',
      type: 'function',
    },
    {
      inputs: [
        { name: 'community', type: 'bytes32' },
        { name: 'height', type: 'uint64' },
        { name: 'header', type: 'bytes32' },
        { name: 'stateRoot', type: 'bytes32' },
        {
          components: [
            { name: 'keys', type: 'address[]' },
            { name: 'signers', type: 'uint256' },
            { name: 'signatures', type: 'bytes32[2][]' },
          ],
          name: 'quorum',
          type: 'tuple',
        },
      ],
      name: 'checkpoint',
      outputs: [],
      stateMutability: 'nonpayable',
      type: 'function',
    },
    {
      inputs: [
        { name: 'root', type: 'bytes32' },
        { name: 'communities', type: 'uint64' },
      ],
      name: 'federate',
      outputs: [],
      stateMutability: 'nonpayable',
      type: 'function',
    },
    {
      inputs: [{ name: 'community', type: 'bytes32' }],
      name: 'newest',
      outputs: [
        {
          components: [
            { name: 'keys', type: 'bytes32' },
            { name: 'version', type: 'uint64' },
            { name: 'height', type: 'uint64' },
            { name: 'header', type: 'bytes32' },
            { name: 'stateRoot', type: 'bytes32' },
          ],
          name: '',
          type: 'tuple',
        },
      ],
      stateMutability: 'view',
      type: 'function',
    },
    {
      inputs: [
        { name: 'genesis', type: 'bytes32' },
        { name: 'keys', type: 'address[]' },
      ],
      name: 'register',
      outputs: [{ name: 'community', type: 'bytes32' }],
      stateMutability: 'nonpayable',
      type: 'function',
    },
  ],
  bytecode:
    '0x60808060405234601557610d3d908161001a8239f35b5f80fdfe6080806040526004361015610012575f80fd5b5f3560e01c9081637a1f4e5c146104f557508063945eda4d1461048257806399f29055146103ae5780639bd23027146101d35763d939a56414610053575f80fd5b346101cf5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101cf5760043560243567ffffffffffffffff81116101cf576100a59036906004016106c9565b90916100b18284610ca7565b60405160208101906100f4816100c88487896107a5565b037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08101835282610743565b519020604051602081019083825282604082015260408152610117606082610743565b51902092835f525f60205260405f2090600182019567ffffffffffffffff8754166101a75760209686947fb6aee7b96bfd0b790b65a067c3ba5861d836435da83b2a571960d322c69234a1945560017fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000082541617905561019c604051928392836107ea565b0390a3604051908152f35b7f3a81d6fc000000000000000000000000000000000000000000000000000000005f5260045ffd5b5f80fd5b346101cf5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101cf5760043560243567ffffffffffffffff81116101cf576102259036906004016106c9565b91906044359267ffffffffffffffff84116101cf5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc85360301126101cf57825f525f60205260405f209161027c8282610ca7565b6040516020810190610293816100c88487876107a5565b5190206001840190600167ffffffffffffffff835416019467ffffffffffffffff8611610381576103447fb16ac967e614774553e91f40709410eb3fde735a2df6d2b9c5bfaf577266997b966040519067ffffffffffffffff60208301917f82f12c3ccd25d9defd9a13ef6389f07ae70dda52e3723cb43f055fa222821cbf83528b6040850152169a8b60608401528560808401526080835261033760a084610743565b6004019151902083610942565b55857fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000082541617905561037c604051928392836107ea565b0390a3005b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b346101cf5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101cf575f60806040516103ec816106fa565b82815282602082015282604082015282606082015201526004355f525f60205260a060405f2060405161041e816106fa565b81549182825267ffffffffffffffff60018201548160208501818316815281604087019360401c1683526080600360028701549660608901978852015496019586526040519687525116602086015251166040840152516060830152516080820152f35b346101cf5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101cf576104b96106b2565b67ffffffffffffffff60405191168152600435907f36ccf5f9370978415dfd79ff934857a6858587f04fe0ec936e0e54b2c2e16dfe60203392a3005b346101cf5760a07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101cf5760043561052f6106b2565b9160443590606435906084359467ffffffffffffffff86116101cf5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc87360301126101cf57845f525f6020526105ed60405f2092602081017fdcf555797dc3d43d0702cdad8609bf9d435f6dc5e8f9660f24483c5129a50126815287604083015267ffffffffffffffff8416988960608401528760808401528660a084015260a083526105e060c084610743565b6004019151902084610942565b600182019081549067ffffffffffffffff8260401c168089111561068757507fa12dfe9830f8f73b7919eb61d98491bdfdf6fc540e3bc820db7939c346e2629895938593604096937fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff6fffffffffffffffff00000000000000006003958a1b169116179055846002820155015582519182526020820152a3005b7f078eb8bb000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b6024359067ffffffffffffffff821682036101cf57565b9181601f840112156101cf5782359167ffffffffffffffff83116101cf576020808501948460051b0101116101cf57565b60a0810190811067ffffffffffffffff82111761071657604052565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff82111761071657604052565b359073ffffffffffffffffffffffffffffffffffffffff821682036101cf57565b905f5b8181106107b55750505090565b90919260208060019273ffffffffffffffffffffffffffffffffffffffff6107dc88610784565b1681520194019291016107a8565b60208082528101839052604001915f5b8181106108075750505090565b90919260208060019273ffffffffffffffffffffffffffffffffffffffff61082e88610784565b1681520194019291016107fa565b9035907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1813603018212156101cf570180359067ffffffffffffffff82116101cf57602001918160051b360383136101cf57565b9035907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1813603018212156101cf570180359067ffffffffffffffff82116101cf57602001918160061b360383136101cf57565b91908110156108f45760051b0190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b3573ffffffffffffffffffffffffffffffffffffffff811681036101cf5790565b92919267ffffffffffffffff60018201541615610c7f5761097d6100c8610969868061083c565b9290604051928391602083019586916107a5565b519020905403610c575760405160208101907f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f82527f42122768d0e3315e950595f9f8cb9af2f77ab3f160a17d7c34bf287f4cdea88360408201527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc660608201524660808201523060a082015260a08152610a1960c082610743565b519020906040519060208201927f190100000000000000000000000000000000000000000000000000000000000084526022830152604282015260428152610a62606282610743565b5190205f9290604082016020830135855b610a7d858061083c565b9050871015610c0b57600182881c1615610c0257610a9b8386610890565b9050811015610bc757610aae8386610890565b8210156108f4578160061b01602081013590601b8260ff1c019160ff8311610381576020927f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff6080925f9460ff604051948c8652168785015235604084015216606082015282805260015afa15610bbc575f5173ffffffffffffffffffffffffffffffffffffffff80610b53610b4e8b610b488b8061083c565b906108e4565b610921565b16911603610b90577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8114610381576001809101965b0195610a73565b867f04c14015000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b6040513d5f823e3d90fd5b610bd1858061083c565b9190507f59b8466f000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b95600190610b89565b949550505050600382028281046003148315171561038157610c2d828061083c565b8092915060011b9180830460021490151715610381571115610c4d575050565b80610bd19161083c565b7fe555422f000000000000000000000000000000000000000000000000000000005f5260045ffd5b7faba47339000000000000000000000000000000000000000000000000000000005f5260045ffd5b81158015610d33575b610d0b575f90815b838310610cc55750505050565b73ffffffffffffffffffffffffffffffffffffffff80610ce9610b4e8688876108e4565b921691161115610d0b576001610d03610b4e8486856108e4565b920191610cb8565b7fe6f285ff000000000000000000000000000000000000000000000000000000005f5260045ffd5b5060208211610cb056',
} as const
