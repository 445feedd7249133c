// SPDX-License-Identifier: GPL-2.0
// 6.8: skciphers may have state besides the IV, such as lskcipher's arc4.
#include <crypto/skcipher.h>

int probe(struct skcipher_request *req, void *state, unsigned int *size);
int probe(struct skcipher_request *req, void *state, unsigned int *size)
{
	*size = crypto_skcipher_statesize(crypto_skcipher_reqtfm(req));
	req->base.flags |= CRYPTO_SKCIPHER_REQ_CONT | CRYPTO_SKCIPHER_REQ_NOTFINAL;
	return crypto_skcipher_import(req, state) ?:
	       crypto_skcipher_export(req, state);
}
