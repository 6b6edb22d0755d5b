//! Verifies ECDSA signatures with keys on the curve P-521, as OpenSSL and Go do; ring supports only P-256 and P-384.
//!
//! A verification handles no secret, so timing does not matter. Key exchange on P-521 is not offered, so a server with
//! such a certificate has to speak TLS 1.3: in TLS 1.2 the curves that a client exchanges keys on limit the
//! certificates as well (RFC 8422, 5.1.1).

use p521::ecdsa::signature::hazmat::PrehashVerifier;
use p521::ecdsa::{DerSignature, VerifyingKey};
use rustls::SignatureScheme;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Digest, Sha256, Sha384, Sha512};

type Algorithm = &'static dyn SignatureVerificationAlgorithm;

static SHA256: Algorithm = &EcdsaP521 {
    signature: alg_id::ECDSA_SHA256,
    hash: |message| Sha256::digest(message).to_vec(),
};
static SHA384: Algorithm = &EcdsaP521 {
    signature: alg_id::ECDSA_SHA384,
    hash: |message| Sha384::digest(message).to_vec(),
};
static SHA512: Algorithm = &EcdsaP521 {
    signature: alg_id::ECDSA_SHA512,
    hash: |message| Sha512::digest(message).to_vec(),
};

#[derive(Debug)]
struct EcdsaP521 {
    /// The identifier of ECDSA with this hash.
    signature: AlgorithmIdentifier,
    hash: fn(&[u8]) -> Vec<u8>,
}

impl SignatureVerificationAlgorithm for EcdsaP521 {
    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }

    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let verify = || {
            let signature = DerSignature::try_from(signature)?;
            VerifyingKey::from_sec1_bytes(key)?.verify_prehash(&(self.hash)(message), &signature)
        };
        verify().map_err(|_| InvalidSignature)
    }
}

/// Returns `ring`'s algorithms with P-521 added. The result is never freed (rustls wants `'static`): call it once.
pub fn added_to(ring: WebPkiSupportedAlgorithms) -> WebPkiSupportedAlgorithms {
    let with = |algorithms: &[Algorithm], more: &[Algorithm]| -> &'static [Algorithm] {
        Vec::leak([algorithms, more].concat())
    };
    // A scheme of TLS 1.2 names only the hash, so P-521 is added to ring's schemes.
    let mut mapping: Vec<_> = ring
        .mapping
        .iter()
        .map(|&(scheme, algorithms)| match scheme {
            SignatureScheme::ECDSA_NISTP256_SHA256 => (scheme, with(algorithms, &[SHA256])),
            SignatureScheme::ECDSA_NISTP384_SHA384 => (scheme, with(algorithms, &[SHA384])),
            _ => (scheme, algorithms),
        })
        .collect();
    // Last, so that a TLS 1.2 server does not prefer SHA-512 with another curve, which ring cannot verify.
    mapping.push((SignatureScheme::ECDSA_NISTP521_SHA512, with(&[], &[SHA512])));
    WebPkiSupportedAlgorithms {
        all: with(ring.all, &[SHA256, SHA384, SHA512]),
        mapping: mapping.leak(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signed with `openssl dgst -sha256 -sign` with a key of `openssl ecparam -name secp521r1 -genkey`.
    const MESSAGE: &[u8] = b"what a server signs\n";
    const KEY: &str = "\
        04004dd66d9020df0f4c5ba6e155824b96411003a89881b332b0a17035a2294b3f6b2bda69cee4a42e207da70697b9977713\
        945f7a8accabc66c227aecf6a62752133f017fd4aae790052cf87d6317f932b818cdbaaca9948c19ed342124d168f3f74d74\
        338c9c31af09f596f2b90d4f6fb7f22d163ddfa3463eff7196f33a1d1655ec9302";
    const SIGNATURE_256: &str = "\
        3081870241620babc2238fda9f59a962c59bd11998b4d7688308aa0b7092b6dc07fd7bead6b220513cc5419fb56146aae592\
        a90e9a4d9301b4726ac9d240a85b1080a167616c024201e1ea1854bac62748563a73c683b326c190a83e0f94c51b31f7e296\
        d752769e944cc41da2c12774b10e400c434a366cb8f83ad0f660da54d25b11c6d27a7ef85720";
    const SIGNATURE_384: &str = "\
        3081880242016612c2c5169a3e341c19ab374120f98fb3b4e05e843b9b8638c5c4b1ac5d69f40ea7f92ea4fe650b4a1b0b45\
        5288540ada426eb8b8b56c489af6e85c3dba000d39024201cb11904660d49dfa7e6424bf37194b589ad10c6ca54bc5d7ae5e\
        f1662818f32d36755ca5a200d8e539e96082e03facc34c955d3041aa7e7b5865787bc6c418c094";
    const SIGNATURE_512: &str = "\
        3081880242017ec3ddb93cdd88162a688dcfa699e0f3dbf9ae724f50a698cc9bc32ebad78a63cf9cc39850d0ed4ccc19c530\
        3917aea249119fcec6dbe5aa258b3f20d6817aeaf902420132e35e50711b8179b0582c60ed59017bcf12e3899cf6c6906e53\
        1443b82a291e78de9c2575bc934d03cb0d1c473ffac493baf8c5c2026a92117daed88be7f76933";

    fn bytes(hex: &str) -> Vec<u8> {
        let digits = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    #[test]
    fn openssls_signatures_are_verified_with_the_hash_that_was_used() {
        for (algorithm, signature) in [
            (SHA256, SIGNATURE_256),
            (SHA384, SIGNATURE_384),
            (SHA512, SIGNATURE_512),
        ] {
            let signature = bytes(signature);
            for other in [SHA256, SHA384, SHA512] {
                let same = other.signature_alg_id() == algorithm.signature_alg_id();
                assert_eq!(other.verify_signature(&bytes(KEY), MESSAGE, &signature).is_ok(), same);
            }
        }
    }

    #[test]
    fn damaged_or_foreign_signatures_and_keys_are_rejected() {
        let (key, signature) = (bytes(KEY), bytes(SIGNATURE_512));
        assert!(SHA512.verify_signature(&key, b"something else", &signature).is_err());
        for end in 0..signature.len() {
            assert!(
                SHA512.verify_signature(&key, MESSAGE, &signature[..end]).is_err(),
                "{end}"
            );
        }
        for index in 0..signature.len() {
            let mut other = signature.clone();
            other[index] ^= 1;
            assert!(SHA512.verify_signature(&key, MESSAGE, &other).is_err(), "{index}");
        }
        for index in 0..key.len() {
            let mut other = key.clone();
            other[index] ^= 1;
            assert!(SHA512.verify_signature(&other, MESSAGE, &signature).is_err(), "{index}");
            assert!(
                SHA512.verify_signature(&key[..index], MESSAGE, &signature).is_err(),
                "{index}"
            );
        }
        // SEQUENCE { INTEGER 0, INTEGER 0 }: a verifier that does not reject zeros accepts it for every message.
        assert!(
            SHA512
                .verify_signature(&key, MESSAGE, &bytes("3006020100020100"))
                .is_err()
        );
    }
}
