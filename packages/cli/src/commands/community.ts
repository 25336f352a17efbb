import { initCommunity, problemSentence, readCommunityFile } from '@tri/node'
import { Fault } from '@tri/units'
import type { Command } from 'commander'
import encodeQr from 'qr'

import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'

/** `tri community`: check a community file, and found a community from it. */
export function addCommunityCommands(program: Command, kit: CommandKit): void {
  const community = program
    .command('community')
    .description('the people who share: their file, and founding it')
  community
    .command('check <file>')
    .description('read a community file (TOML or JSON) and name everything that is wrong in it')
    .action(async (file: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      const read = await readCommunityFile(file)
      if (!read.ok) {
        throw new Fault('community-file-unusable', {
          file,
          problems: read.refusal.map((problem) => problemSentence(problem, context.language)),
        })
      }
      const { id, name, members, meters, network, charter } = read.value
      const summary = {
        ok: true,
        id,
        name,
        members: members.length,
        meters: meters.length,
        nodes: network.length,
      }
      context.answer(summary, [
        `${name} (${id}): ${members.length} members, ${meters.length} meters, ${network.length} nodes, rule ${String(charter['rule'])}`,
        `next: tri community init ${file}`,
      ])
    })
  community
    .command('init <file>')
    .description('found a community: a data folder with its book and keys')
    .option(
      '--coordinator <member>',
      'the member who coordinates; the first cooperative or municipality unless named',
    )
    .action(async (file: string, options: { readonly coordinator?: string }, command: Command) => {
      const context = kit.context(command)
      const founded = await initCommunity({
        file,
        folder: context.folder,
        ...options,
        language: context.language,
      })
      context.answer(founded, [
        `${founded.name} is founded in ${founded.folder}: ${founded.members} members, ${founded.meters} meters.`,
        `coordinator ${founded.coordinator}; keys are in ${founded.folder}/keys.json, readable by you only: keep a copy.`,
        'next: tri energy import READINGS, then tri settle check MONTH; tri up opens the pages',
      ])
    })
  addInvite(community, kit)
}

function addInvite(community: Command, kit: CommandKit): void {
  community
    .command('invite <member>')
    .description('invite a member’s own box: a text that one box can take up, with a key of hers in it')
    .addHelpText('after', '\nExample, on the node of a steward that runs:\n  tri community invite ada')
    .action(async (member: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const invited = await owner.run('member-invite', { member })
      context.answer(invited, [
        ...encodeQr(invited.text, 'ascii', { ecc: 'low' }).trimEnd().split('\n'),
        invited.text,
        '',
        `For ${member}, from hand to hand: until her box has taken it up, whoever reads it can spend for her.`,
        'there: tri follow TEXT --data NEW-FOLDER',
      ])
    })
}
