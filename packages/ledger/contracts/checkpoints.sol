// SPDX-License-Identifier: AGPL-3.0-or-later
pragma solidity 0.8.37;

/// Keeps the newest checkpoint of any number of communities, each signed by more than two thirds of its stewards.
/// Nobody owns this contract and nothing of value lies in it: it is a notice board on which only the stewards of a
/// community can pin, and only upwards.
///
/// A community is known by the digest of its genesis together with its first anchor keys, so that nobody else can take
/// its place by registering first. Keys travel with every call; only their hash is stored, which costs less gas.
contract Checkpoints {
    struct Book {
        bytes32 keys;
        uint64 version;
        uint64 height;
        bytes32 header;
        bytes32 stateRoot;
    }

    /// The keys of a community, in ascending order, and who of them signed: bit i of `signers` stands for keys[i], and
    /// `signatures` has one for each bit that is set, in the same order (r, and s with the parity in its highest bit).
    struct Quorum {
        address[] keys;
        uint256 signers;
        bytes32[2][] signatures;
    }

    event Registered(bytes32 indexed community, bytes32 indexed genesis, address[] keys);
    event Checkpointed(bytes32 indexed community, uint64 indexed height, bytes32 header, bytes32 stateRoot);
    event StewardsChanged(bytes32 indexed community, uint64 indexed version, address[] keys);
    event Federated(address indexed federation, bytes32 indexed root, uint64 communities);

    error AlreadyRegistered();
    error NotRegistered();
    error KeysUnusable();
    error KeysUnknown();
    error HeightNotAbove(uint64 newest);
    error TooFewSignatures(uint256 given, uint256 keys);
    error SignatureWrong(uint256 index);

    uint256 private constant KEYS_MAX = 32;
    bytes32 private constant DOMAIN =
        keccak256('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');
    bytes32 private constant CHECKPOINT =
        keccak256('Checkpoint(bytes32 community,uint64 height,bytes32 header,bytes32 stateRoot)');
    bytes32 private constant STEWARDS =
        keccak256('Stewards(bytes32 community,uint64 version,address[] keys)');
    bytes32 private constant NAME = keccak256('TRI Checkpoints');
    bytes32 private constant VERSION = keccak256('1');
    bytes32 private constant LOW_255_BITS = bytes32(type(uint256).max >> 1);

    mapping(bytes32 community => Book) private books;

    /// What the board shows of a community. Height 0: no checkpoint yet; version 0: not registered.
    function newest(bytes32 community) external view returns (Book memory) {
        return books[community];
    }

    function register(bytes32 genesis, address[] calldata keys) external returns (bytes32 community) {
        requireUsable(keys);
        bytes32 digest = keccak256(abi.encodePacked(keys));
        community = keccak256(abi.encode(genesis, digest));
        Book storage book = books[community];
        if (book.version != 0) revert AlreadyRegistered();
        book.keys = digest;
        book.version = 1;
        emit Registered(community, genesis, keys);
    }

    function checkpoint(
        bytes32 community,
        uint64 height,
        bytes32 header,
        bytes32 stateRoot,
        Quorum calldata quorum
    ) external {
        Book storage book = books[community];
        requireSigned(book, keccak256(abi.encode(CHECKPOINT, community, height, header, stateRoot)), quorum);
        if (height <= book.height) revert HeightNotAbove(book.height);
        book.height = height;
        book.header = header;
        book.stateRoot = stateRoot;
        emit Checkpointed(community, height, header, stateRoot);
    }

    /// The old keys name the new ones.
    function changeStewards(bytes32 community, address[] calldata keys, Quorum calldata quorum) external {
        Book storage book = books[community];
        requireUsable(keys);
        bytes32 digest = keccak256(abi.encodePacked(keys));
        uint64 version = book.version + 1;
        requireSigned(book, keccak256(abi.encode(STEWARDS, community, version, digest)), quorum);
        book.keys = digest;
        book.version = version;
        emit StewardsChanged(community, version, keys);
    }

    /// One Merkle root over the checkpoints of many communities. Nothing is stored: the event is the notice, and the
    /// sender is the federation.
    function federate(bytes32 root, uint64 communities) external {
        emit Federated(msg.sender, root, communities);
    }

    /// Ascending order leaves no room for a key that counts twice, nor for address 0, which a broken signature gives.
    function requireUsable(address[] calldata keys) private pure {
        if (keys.length == 0 || keys.length > KEYS_MAX) revert KeysUnusable();
        address last = address(0);
        for (uint256 i = 0; i < keys.length; i++) {
            if (keys[i] <= last) revert KeysUnusable();
            last = keys[i];
        }
    }

    function requireSigned(Book storage book, bytes32 message, Quorum calldata quorum) private view {
        if (book.version == 0) revert NotRegistered();
        if (keccak256(abi.encodePacked(quorum.keys)) != book.keys) revert KeysUnknown();
        bytes32 digest = keccak256(abi.encodePacked(hex'1901', domain(), message));
        uint256 signed = 0;
        for (uint256 i = 0; i < quorum.keys.length; i++) {
            if ((quorum.signers >> i) & 1 == 0) continue;
            if (signed >= quorum.signatures.length) revert TooFewSignatures(signed, quorum.keys.length);
            bytes32[2] calldata signature = quorum.signatures[signed];
            uint8 v = uint8(uint256(signature[1]) >> 255) + 27;
            if (ecrecover(digest, v, signature[0], signature[1] & LOW_255_BITS) != quorum.keys[i])
                revert SignatureWrong(i);
            signed++;
        }
        if (signed * 3 <= quorum.keys.length * 2) revert TooFewSignatures(signed, quorum.keys.length);
    }

    /// Computed each time: after a fork of the chain, its number is another one.
    function domain() private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN, NAME, VERSION, block.chainid, address(this)));
    }
}
