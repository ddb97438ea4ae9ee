import { BlockList, isIP } from 'node:net'

/** Addresses that lead to this machine, its network, its host's services, or nowhere (IANA's special-purpose registry). */
const special = new BlockList()
for (const subnet of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // A service of the host on Azure, though its address looks public.
  '168.63.129.16/32',
])
  add(special, subnet, 'ipv4')
// Within 2000::/3: protocol assignments with Teredo, documentation, 6to4, which carries an IPv4 address.
for (const subnet of ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']) add(special, subnet, 'ipv6')

/** All that is routed on the Internet; IPv4-mapped, NAT64 and local addresses lie outside. */
const unicast = new BlockList()
add(unicast, '2000::/3', 'ipv6')

function add(list: BlockList, subnet: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', bits] = subnet.split('/')
  list.addSubnet(address, Number(bits), family)
}

/** Whether an IP address is one of the public Internet. What is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false
  const version = isIP(address)
  if (version === 4) return !special.check(address, 'ipv4')
  return version === 6 && unicast.check(address, 'ipv6') && !special.check(address, 'ipv6')
}
