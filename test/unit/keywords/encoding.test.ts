import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { decode } from '../../../src/keywords/encoding.ts';
import { legacyBytes } from '../../fakes/legacy-bytes.ts';

const utf16 = (text: string, bigEndian: boolean, bom: boolean): Uint8Array => {
  const bytes = Buffer.from((bom ? '\ufeff' : '') + text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};
const TEXT = 'Keyword\tVolume\nhölzerne krippe\t10\nкнига\t20\n';

describe('decode', () => {
  it('goes by the byte order mark', () => {
    assert.deepEqual(decode(Buffer.from(`\ufeff${TEXT}`)), { text: TEXT, encoding: 'utf-8', notes: [] });
    assert.deepEqual(decode(utf16(TEXT, false, true)), { text: TEXT, encoding: 'utf-16le', notes: [] });
    assert.deepEqual(decode(utf16(TEXT, true, true)), { text: TEXT, encoding: 'utf-16be', notes: [] });
  });

  it('recognises UTF-16 without a mark, in any script', () => {
    assert.equal(decode(utf16('Keyword\tVolume\nmug\t10\n', false, false)).encoding, 'utf-16le');
    assert.equal(decode(utf16('Keyword\tVolume\nmug\t10\n', true, false)).encoding, 'utf-16be');
    assert.equal(
      decode(utf16('фраза\t10\nкнига читать\t20\nещё книга\t30\n', false, false)).encoding,
      'utf-16le',
    );
  });

  it('reads the common 8-bit and East Asian encodings', () => {
    // "ключевое слово;частота" and rows, in windows-1251.
    const cyrillic = (text: string): Uint8Array =>
      Uint8Array.from(text, (letter) => {
        const code = letter.codePointAt(0) ?? 0;
        return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code;
      });
    const russian =
      'ключевое слово;частота\nкупить деревянную игрушку;120\nподарок на рождество своими руками;90\n';
    assert.deepEqual(
      [decode(cyrillic(russian)).encoding, decode(cyrillic(russian)).text],
      ['windows-1251', russian],
    );
    const german =
      'suchbegriff;suchvolumen\nhölzerne krippe groß;120\ngeschenk für mädchen;90\nweihnachtsschmuck für draußen;70\n';
    assert.equal(decode(Buffer.from(german, 'latin1')).text, german);
    const japanese = Uint8Array.from([
      0x83, 0x4c, 0x81, 0x5b, 0x83, 0x8f, 0x81, 0x5b, 0x83, 0x68, 0x2c, 0x90, 0x94, 0x0a, 0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea,
      0x82, 0xcc, 0x83, 0x4c, 0x81, 0x5b, 0x83, 0x8f, 0x81, 0x5b, 0x83, 0x68, 0x2c, 0x31, 0x30, 0x0a,
    ]); // prettier-ignore
    assert.deepEqual(
      [decode(japanese).encoding, decode(japanese).text],
      ['shift_jis', 'キーワード,数\n日本語のキーワード,10\n'],
    );
  });

  it('tells the encoding from the few words of a keyword list', () => {
    const lists: readonly (readonly [encoding: string, text: string])[] = [
      ['windows-1252', 'Mot clé;Volume\nidée cadeau noël;1200\nbougie parfumée;90\n'],
      ['windows-1252', 'Keyword,Volume\ndecoration,10\ncafé,1200\n'],
      ['windows-1252', 'Palabra clave;Volumen\nniño;1200\ndecoración navideña;90\n'],
      ['windows-1252', 'Sökord;Volym\njulgåva;1200\nträ krubba för hemmet;90\n'],
      ['windows-1252', 'Keyword;Volume;CPC\nmug;1200;2,10 €\nfir crib;90;1,00 €\n'],
      ['windows-1252', 'Keyword,Volume,CPC\nmug,1200,£2.10\nfir crib,90,£1.00\n'],
      ['windows-1252', 'mother’s day gift\nteacher’s gift\n'],
      ['windows-1250', 'Klíčové slovo;Hledanost\ndřevěný betlém;1200\ndárek pro maminku;90\n'],
      ['windows-1250', 'Słowo kluczowe;Liczba wyszukiwań\nświeczka zapachowa;1200\nprezent dla żony;90\n'],
      ['windows-1250', 'Kulcsszó;Keresés\nkarácsonyi ajándék nőknek;1200\nfűszeres gyertya;90\n'],
      ['iso-8859-2', 'Słowo kluczowe;Liczba\nświeczka zapachowa;1200\nksiążka;90\n'],
      ['windows-1251', 'Keyword,Volume\nкнига,10\n'],
      ['windows-1251', 'Ключове слово;Частота\nкупити подарунок;120\nіграшка їжак;90\n'],
      ['koi8-r', 'Формулировка;Число запросов\nкупить деревянную игрушку;120\nподарок;90\n'],
      ['windows-1253', 'λέξη;όγκος\nχριστουγεννιάτικα δώρα;120\nξύλινο παιχνίδι;90\n'],
      ['windows-1254', 'Anahtar kelime;Hacim\nahşap oyuncak;120\nyılbaşı hediyesi;90\n'],
      ['windows-1255', 'מילת מפתח,נפח\nמתנה לחג,120\nצעצוע מעץ,90\n'],
      ['windows-1256', 'كلمة,حجم\nهدية عيد الميلاد,120\nلعبة خشبية,90\n'],
      ['windows-874', 'คำหลัก,ปริมาณ\nของขวัญวันเกิด,120\nไม้แกะสลัก,90\n'],
      ['shift_jis', 'Keyword,Volume\n手作り,10\n木製,5\n'],
      ['shift_jis', 'ｷｰﾜｰﾄﾞ,検索数\n和紙,1200\n手作り石鹸 ギフト,90\n'],
      ['euc-jp', 'Keyword,Volume\n手作り,10\n木製,5\n'],
      ['gb18030', '关键词词组,搜索量,竞品数\n圣诞礼物,1200,>2000\n'],
      ['gb18030', 'Keyword Phrase,搜索量,竞品数\nspeckled mug,500,>2000\n'],
      ['big5', 'Keyword,Volume\n聖誕禮物,1200\n'],
      ['euc-kr', 'Keyword,Volume\n나무 장난감,90\n'],
      ['macintosh', 'Mot clé;Volume\ridée cadeau noël;1200\rbougie parfumée à la crème;90\r'],
    ];
    for (const [encoding, text] of lists) {
      const { text: read, encoding: told, notes } = decode(legacyBytes(text, encoding));
      assert.deepEqual([told, read], [encoding, text]);
      assert.match(notes.join(), new RegExp(encoding));
    }
  });

  it('makes the line ends of a file one kind, where they are mixed', () => {
    assert.equal(decode(Buffer.from('a\nb\r\nc\n')).text, 'a\nb\nc\n');
    assert.equal(decode(Buffer.from('a\r\nb\r\n')).text, 'a\r\nb\r\n');
  });

  it('says when a file was cut off within a character', () => {
    const bytes = Buffer.from(`${'nativity set\n'.repeat(20)}книга`);
    const { text, notes } = decode(bytes.subarray(0, -1));
    assert.ok(text.endsWith('книг'));
    assert.match(notes.join(), /cut off/);
  });

  it('refuses what is no text', () => {
    const binaries = [
      Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0x31]),
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]),
      Uint8Array.from({ length: 2000 }, (_, at) => (at * 7919) % 31),
    ];
    for (const bytes of binaries) {
      assert.throws(
        () => decode(bytes),
        (error) => LexyBrainError.is(error, 'list-binary'),
      );
    }
  });
});
