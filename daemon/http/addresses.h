/*
 * How many connections there are, in all and from each address, over every loop.
 *
 * An IPv6 client owns a /64 and can take any address in it, so a /64 counts as one address.
 */
#pragma once

#include <sys/socket.h>

typedef struct Addresses Addresses;
typedef struct AddressEntry AddressEntry;

/* NULL without memory. */
Addresses *addresses_new(long max_total, long max_each);
void addresses_free(Addresses *addresses);

/* Counts one connection from `peer`. Returns 0 with the entry to leave by; -EUSERS where there are too many in all,
 * -EDQUOT where too many from this address, -ENOMEM. Any thread. */
int addresses_enter(Addresses *addresses, const struct sockaddr *peer, AddressEntry **entry);
void addresses_leave(Addresses *addresses, AddressEntry *entry);
